update wadi.webhooks
   set disabled_reason = :?reason, updated_at = now()
 where id = :?id and generation = :?generation
