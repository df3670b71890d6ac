update wadi.webhooks
   set waits_until = greatest(waits_until, :?until::timestamptz)
 where id = :?id and generation = :?generation
