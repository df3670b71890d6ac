-- What decides whether changes can be captured at all, in one row.
select
  current_user::text as role,
  current_database()::text as database,
  current_setting('server_version_num')::int as version,
  current_setting('wal_level') as wal_level,
  current_setting('max_replication_slots')::int as slots,
  current_setting('max_replication_slots')::int - (select count(*) from pg_replication_slots)::int as slots_left,
  current_setting('max_wal_senders')::int as senders,
  current_setting('max_wal_senders')::int - (select count(*) from pg_stat_replication)::int as senders_left,
  exists (select from pg_replication_slots where slot_name = :?slot) as has_slot,
  exists (select from pg_replication_slots where slot_name = :?slot and active) as is_capturing,
  exists (
    select
    from pg_roles
    where (rolname = current_user and (rolsuper or rolreplication))
      -- On RDS and Neon the right comes with membership.
      or (rolname in ('rds_replication', 'neon_superuser') and pg_has_role(oid, 'usage'))
  ) as may_replicate,
  coalesce(
    (
      select min(rolname)
      from pg_roles
      where rolname in ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'neon_superuser')
    ),
    ''
  ) as service_role,
  has_database_privilege(current_database(), 'create') as may_create,
  -- Open to everybody as Postgres comes; some take that back.
  array(
    select oid::regprocedure::text
    from pg_proc
    where pronamespace = 'pg_catalog'::regnamespace and not has_function_privilege(oid, 'execute')
      and (
        proname in (
          'pg_control_system', 'pg_create_logical_replication_slot', 'pg_current_wal_insert_lsn',
          'pg_replication_slot_advance'
        )
        or proname = 'pg_logical_emit_message' and proargtypes[2] = 'text'::regtype
      )
    order by 1
  ) as closed_functions,
  pg_encoding_to_char(d.encoding)::text as encoding,
  (select source like '%user' from pg_settings where name = 'lc_monetary') as has_own_currency,
  p.oid is not null as has_publication,
  coalesce(pg_has_role(p.pubowner, 'usage'), false) as owns_publication,
  p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate as publishes_all_actions,
  p.pubviaroot as publishes_via_root
from pg_database as d
left join pg_publication as p on p.pubname = :?publication
where d.datname = current_database()
