-- A slot as the server describes it. The LSN as a number of 64 bits: subtracting gives numeric, which wraps into bigint for
-- positions above 2^63. What only newer servers tell is looked up in the row's JSON, so that one statement serves all.
select
  coalesce(s.database::text, '') as database,
  coalesce(s.plugin::text, 'physical') as plugin,
  (('x' || lpad(split_part(s.confirmed_flush_lsn::text, '/', 1), 8, '0')
    || lpad(split_part(s.confirmed_flush_lsn::text, '/', 2), 8, '0'))::bit(64))::bigint as confirmed,
  coalesce(s.restart_lsn::text, '') as restart_lsn,
  pg_wal_lsn_diff(
    case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end,
    s.restart_lsn
  )::bigint as retained_bytes,
  s.safe_wal_size,
  coalesce(s.active_pid, 0) as active_pid,
  coalesce(a.application_name || coalesce(' at ' || host(a.client_addr), ''), '') as reader,
  coalesce(a.application_name like 'wadi%', true) as reader_is_wadi,
  coalesce(s.wal_status, '') as wal_status,
  coalesce(to_jsonb(s) ->> 'invalidation_reason', '') as invalidation_reason,
  coalesce((to_jsonb(s) ->> 'failover')::boolean, false) as failover,
  coalesce((to_jsonb(s) ->> 'two_phase')::boolean, false) as two_phase
from pg_replication_slots as s
left join pg_stat_activity as a on a.pid = s.active_pid
where s.slot_name = :?slot
