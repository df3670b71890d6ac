update wadi.webhooks
   set disabled_reason = null, waits_until = null, generation = generation + 1, updated_at = now()
 where name = :?name
