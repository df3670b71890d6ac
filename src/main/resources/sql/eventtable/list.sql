-- Tables that could be event tables, by the names of their columns; the validator then says of each what is wrong with it.
select
  n.nspname::text as schema,
  c.relname::text as name,
  substring(obj_description(c.oid, 'pg_class') from '^wadi: .*retention ([1-9][0-9]{0,5}) days')::int as retention_days
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema', 'wadi')
  and (
    select count(distinct a.attname)
    from pg_attribute as a
    where a.attrelid = c.oid
      and not a.attisdropped
      and a.attname in (
        'id', 'seq', 'source_database_id', 'source_table_oid', 'source_table_schema', 'source_table_name', 'record_pk',
        'record', 'changes', 'action', 'committed_at', 'inserted_at'
      )
  ) = 12
order by n.nspname, c.relname
limit 10000
