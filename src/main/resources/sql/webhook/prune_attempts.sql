delete from wadi.webhook_attempts
 where webhook_id = :?webhook
   and n <= (
     select n from wadi.webhook_attempts where webhook_id = :?webhook order by n desc offset :?keep limit 1)
