-- What old rows of a table carry: everything, or the columns of one index. A partitioned table is published under its root's
-- name, but its old rows come from the partitions, so it counts as full only if each of them is.
select
  c.oid::bigint as oid,
  not exists (
    select 1
    from pg_partition_tree(c.oid) as leaf
    join pg_class as l on l.oid = leaf.relid
    where leaf.isleaf and l.relreplident <> 'f'
  ) and (c.relkind = 'p' or c.relreplident = 'f') as identity_full,
  array(
    select a.attname::text
    from pg_index as i
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = c.oid
      and ((c.relreplident = 'd' and i.indisprimary) or (c.relreplident = 'i' and i.indisreplident)
        or (c.relreplident = 'f' and i.indisprimary))
  ) as identity_columns
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = :?schema and c.relname = :?name
