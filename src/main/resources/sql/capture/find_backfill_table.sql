-- What a backfill must know of a table: the columns that capture sends of it, its key in the order of the key's index, and
-- the columns that every old row carries, by which a changed row is told. A publication may leave out columns (from
-- Postgres 15 on attnames names those that it sends) or rows.
with
  relation as (
    select c.oid, c.relkind = 'p' as partitioned, c.relreplident::text as identity
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = :?schema::text and c.relname = :?name::text and c.relkind in ('r', 'p')
  ),
  published as (
    select to_jsonb(t) ->> 'rowfilter' as row_filter,
      array(select jsonb_array_elements_text(nullif(to_jsonb(t) -> 'attnames', 'null'))) as columns
    from pg_publication_tables as t
    where pubname = :?publication::text and schemaname = :?schema::text and tablename = :?name::text
  ),
  sent as (
    select attname::text as name, attnum, atttypid::bigint as type
    from relation
    join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped and attgenerated = ''
    left join published on true
    where coalesce(cardinality(published.columns), 0) = 0 or attname = any (published.columns)
  ),
  key as (
    select attname::text as name, attnum, format_type(atttypid, -1) as type, place
    from (
      select indrelid, (indkey::smallint[])[:indnkeyatts - 1] as columns
      from relation
      join pg_index on indrelid = relation.oid and (indisprimary or indisreplident) and indisvalid
      order by indisprimary desc
      limit 1
    ) as best
    cross join unnest(best.columns) with ordinality as part (number, place)
    join pg_attribute on attrelid = indrelid and attnum = number
  )
select relation.oid::bigint as oid, relation.partitioned,
  has_table_privilege(relation.oid, 'select') as readable, current_user as role,
  exists (select from published) as published,
  (select row_filter from published) as row_filter,
  array(select name from sent order by attnum) as columns,
  array(select type from sent order by attnum) as column_types,
  array(select name from key order by place) as key_names,
  array(select type from key order by place) as key_types,
  case
    when relation.identity = 'i' and not relation.partitioned then array(
      select attname::text
      from pg_index
      join pg_attribute on attrelid = indrelid and attnum = any ((indkey::smallint[])[:indnkeyatts - 1])
      where indrelid = relation.oid and indisreplident
    )
    else array(select name from key order by place)
  end as identity,
  exists (
    select
    from pg_partition_tree(relation.oid) as leaf
    join pg_class as l on l.oid = leaf.relid
    where relation.partitioned and leaf.isleaf and l.relreplident not in ('d', 'f')
  ) as identities_differ
from relation
