update wadi.consumer_groups
set ack_wait_ms = :?ack_wait_ms::int, max_ack_pending = :?max_ack_pending::int, max_deliver = :?max_deliver::int,
  max_waiting = :?max_waiting::int, updated_at = now()
where name = :?name::text
