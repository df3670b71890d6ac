-- Where the server stands.
select
  pg_is_in_recovery() as standby,
  current_setting('server_version_num')::int as version,
  case when pg_is_in_recovery() then '0/0' else pg_current_wal_insert_lsn()::text end as wal_end
