-- Partitions of published tables on which Postgres refuses updates and deletes for want of a replica identity: one that is
-- added later takes the key from its root, but not its replica identity. What an identity is is told as in
-- table_identity.sql. pg_partition_tree would wait for partitions that are locked; this takes no lock on them.
with recursive member as (
  select n.nspname, c.relname, c.oid as relid
  from unnest(:?schemas::text[], :?names::text[]) as given (schema, name)
  join pg_namespace as n on n.nspname = given.schema
  join pg_class as c on c.relnamespace = n.oid and c.relname = given.name and c.relkind = 'p'
  union all
  select member.nspname, member.relname, i.inhrelid
  from member
  join pg_inherits as i on i.inhparent = member.relid
)
select
  member.nspname::text as schema,
  member.relname::text as name,
  array_agg(l.oid::regclass::text order by l.oid) as partitions
from member
join pg_class as l on l.oid = member.relid and l.relkind <> 'p'
where not (
  l.relreplident = 'f'
  or (l.relreplident = 'd' and exists (select 1 from pg_index where indrelid = l.oid and indisprimary and indimmediate))
  or (l.relreplident = 'i' and exists (select 1 from pg_index where indrelid = l.oid and indisreplident))
)
group by member.nspname, member.relname
