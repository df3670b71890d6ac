-- The tables a pipeline could name, with what decides whether and how well they can be captured. Partitions are shown by
-- their root; has_identity is told as in table_identity.sql.
select
  n.nspname::text as schema,
  c.relname::text as name,
  c.oid::bigint as oid,
  c.relpersistence::text as persistence,
  case c.relreplident when 'f' then 'full' when 'd' then 'default' when 'i' then 'index' else 'nothing' end
    as replica_identity,
  (
    select jsonb_agg(
      jsonb_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'nullable', not a.attnotnull,
        'key', coalesce(a.attnum = any ((p.indkey::smallint[])[:p.indnkeyatts - 1]), false)
      ) order by a.attnum
    )
    from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  )::text as columns,
  not exists (
    select 1
    from (
      select c.oid as relid where c.relkind <> 'p'
      union all
      select t.relid::oid from pg_partition_tree(c.oid) as t where t.isleaf
    ) as leaf
    join pg_class as l on l.oid = leaf.relid
    where not (
      l.relreplident = 'f'
      or (l.relreplident = 'd' and exists (select 1 from pg_index where indrelid = l.oid and indisprimary and indimmediate))
      or (l.relreplident = 'i' and exists (select 1 from pg_index where indrelid = l.oid and indisreplident))
    )
  ) as has_identity,
  array(
    select a.attname::text from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as column_names
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
left join pg_index as p on p.indrelid = c.oid and p.indisprimary
where c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema', 'wadi')
  and n.nspname not like 'pg\_%'
order by n.nspname, c.relname
limit 10000
