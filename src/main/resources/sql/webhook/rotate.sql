update wadi.webhooks
   set previous_secret = secret, previous_secret_until = :?until::timestamptz, secret = :?secret, updated_at = now()
 where name = :?name
