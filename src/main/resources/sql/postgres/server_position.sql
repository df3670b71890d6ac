-- Where the server stands. The timeline is read from the name of the WAL file, for pg_control tells that of the last checkpoint.
select
  pg_is_in_recovery() as standby,
  current_setting('server_version_num')::int as version,
  case when pg_is_in_recovery() then 0
    else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
  end as timeline,
  case when pg_is_in_recovery() then '0/0'
    else pg_current_wal_insert_lsn()::text
  end as wal_end
