-- The LSN as a number of 64 bits: subtracting gives numeric, which wraps into bigint for positions above 2^63.
select
  coalesce(database::text, '') as database,
  coalesce(plugin::text, 'physical') as plugin,
  (('x' || lpad(split_part(confirmed_flush_lsn::text, '/', 1), 8, '0')
    || lpad(split_part(confirmed_flush_lsn::text, '/', 2), 8, '0'))::bit(64))::bigint as confirmed,
  coalesce(active_pid, 0) as active_pid,
  coalesce(wal_status, '') as wal_status
from pg_replication_slots
where slot_name = :?slot
