insert into wadi.consumer_groups (
  name, stream, filters, start_position, start_value, ack_wait_ms, max_ack_pending, max_deliver, group_by, max_waiting
)
values (
  :?name::text, :?stream::text, :?filters::text, :?start_position::text, :?start_value::text,
  :?ack_wait_ms::int, :?max_ack_pending::int, :?max_deliver::int, :?group_by::text[], :?max_waiting::int
)
on conflict (name) do nothing
returning id
