-- What decides how well the changes of a table can be captured, in one row.
select
  c.relkind = 'p' as partitioned,
  c.relreplident::text as identity,
  exists (select from pg_index where indrelid = c.oid and indisprimary) as has_key,
  pg_has_role(c.relowner, 'usage') and coalesce(
    (select pg_has_role(pubowner, 'usage') from pg_publication where pubname = :?publication),
    has_database_privilege(current_database(), 'create')
  ) as may_publish,
  exists (
    select from pg_publication_tables
    where pubname = :?publication and schemaname = n.nspname and tablename = c.relname
  ) as published,
  exists (
    select
    from pg_publication_rel as r
    join pg_publication as p on p.oid = r.prpubid
    where p.pubname = :?publication and r.prrelid = c.oid
      and (to_jsonb(r) ->> 'prattrs' is not null or to_jsonb(r) ->> 'prqual' is not null)
  ) as published_in_part,
  array(
    select l.oid::regclass::text
    from pg_partition_tree(c.oid) as leaf
    join pg_class as l on l.oid = leaf.relid
    where leaf.isleaf and c.relkind = 'p' and l.relreplident <> 'f'
    order by 1
  ) as partitions_without_old_rows,
  array(
    select attname::text from pg_attribute
    where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated <> ''
    order by attnum
  ) as generated_columns,
  array(
    select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum
  ) as columns,
  array(
    select atttypid::bigint from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum
  ) as column_types
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = :?schema and c.relname = :?name
