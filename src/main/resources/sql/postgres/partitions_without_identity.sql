-- Partitions of published tables on which Postgres refuses updates and deletes for want of a replica identity: one that is
-- added later takes the key from its root, but not its replica identity. What an identity is is told as in
-- table_identity.sql.
select
  n.nspname::text as schema,
  c.relname::text as name,
  array_agg(l.oid::regclass::text order by l.oid) as partitions
from unnest(:?schemas::text[], :?names::text[]) as given (schema, name)
join pg_namespace as n on n.nspname = given.schema
join pg_class as c on c.relnamespace = n.oid and c.relname = given.name and c.relkind = 'p'
cross join lateral pg_partition_tree(c.oid) as leaf
join pg_class as l on l.oid = leaf.relid
where leaf.isleaf
  and not (
    l.relreplident = 'f'
    or (l.relreplident = 'd' and exists (select 1 from pg_index where indrelid = l.oid and indisprimary and indimmediate))
    or (l.relreplident = 'i' and exists (select 1 from pg_index where indrelid = l.oid and indisreplident))
  )
group by n.nspname, c.relname
