select message_id, at, first_seq, messages, deliver_count, status, latency_ms, excerpt, error
  from wadi.webhook_attempts
 where webhook_id = :?webhook
 order by n desc
 limit :?most
