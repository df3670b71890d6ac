-- Held until all are sealed anew, so that no change in between is lost.
select name, headers, secret, previous_secret
  from wadi.webhooks
 order by name
   for update
