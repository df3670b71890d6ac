update wadi.webhooks
   set headers = :?headers, secret = :?secret, previous_secret = :?previous_secret
 where name = :?name
