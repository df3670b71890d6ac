insert into wadi.webhook_attempts (
  webhook_id, message_id, at, first_seq, messages, deliver_count, status, latency_ms, excerpt, error)
select :?webhook, a.message_id, a.at::timestamptz, a.first_seq, a.messages, a.deliver_count, a.status, a.latency_ms,
  a.excerpt, a.error
  from unnest(
    :?message_id::text[], :?at::text[], :?first_seq::bigint[], :?messages::int[], :?deliver_count::int[],
    :?status::int[], :?latency_ms::int[], :?excerpt::text[], :?error::text[])
    as a (message_id, at, first_seq, messages, deliver_count, status, latency_ms, excerpt, error)
 -- A webhook may have been deleted meanwhile.
 where exists (select from wadi.webhooks where id = :?webhook)
