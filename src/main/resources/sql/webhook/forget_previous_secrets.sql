update wadi.webhooks
   set previous_secret = null, previous_secret_until = null
 where previous_secret_until < now()
