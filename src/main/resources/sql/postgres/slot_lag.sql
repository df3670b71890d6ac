-- How far a slot is behind, and how much WAL it may still hold back before Postgres gives it up.
select
  pg_wal_lsn_diff(pg_current_wal_insert_lsn(), s.confirmed_flush_lsn)::bigint as lag_bytes,
  pg_wal_lsn_diff(pg_current_wal_insert_lsn(), s.restart_lsn)::bigint as retained_bytes,
  pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal_end,
  coalesce(s.wal_status, '') as wal_status,
  s.safe_wal_size
from pg_replication_slots as s
where s.slot_name = :?slot
