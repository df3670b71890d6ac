-- Whether publishing a table leaves the application's own updates and deletes working: Postgres refuses them on a published
-- table without a replica identity. The leaves count, for that is where the rows are.
select
  c.relkind::text as kind,
  c.relpersistence::text as persistence,
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
  ) as has_identity
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = :?schema and c.relname = :?name
