-- Of two rotations at once one is refused: it would drop the secret that the other has just given out.
update wadi.webhooks
   set previous_secret = secret, previous_secret_until = now() + :?overlap_ms * interval '1 millisecond', secret = :?secret,
     updated_at = now()
 where id = :?id and previous_secret_until is not distinct from :?seen::timestamptz
