-- From the name of the WAL file, for pg_control tells the timeline of the last checkpoint.
select ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int as timeline
