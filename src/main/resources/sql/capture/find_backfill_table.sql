-- What a backfill must know of a table: the columns that capture sends of it, its key in the order of the key's index, and
-- the columns that every old row carries, by which a changed row is told. A publication may leave out columns (from
-- Postgres 15 on attnames names those that it sends) or rows.
--
-- Of each key column the operators that its index sorts by: of a type whose schema is not in the search path, "order by"
-- finds the order of the type, while a plain ">" falls back to that of text. An index of another kind than btree (a key
-- without overlaps) has operators of another meaning.
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
    select attname::text as name, attnum, format_type(atttypid, -1) as type, place,
      coalesce(sorting.before, '<') as before, coalesce(sorting.not_before, '>=') as not_before,
      coalesce(sorting.behind, '>') as behind, sorting.closed_schema
    from (
      select indrelid, (indkey::smallint[])[:indnkeyatts - 1] as columns, indclass::oid[] as classes
      from relation
      join pg_index on indrelid = relation.oid and (indisprimary or indisreplident) and indisvalid
      order by indisprimary desc
      limit 1
    ) as best
    cross join unnest(best.columns, best.classes) with ordinality as part (number, class, place)
    join pg_attribute on attrelid = indrelid and attnum = number
    cross join lateral (
      select max(operator) filter (where amopstrategy = 1) as before,
        max(operator) filter (where amopstrategy = 4) as not_before,
        max(operator) filter (where amopstrategy = 5) as behind,
        max(nspname) filter (where not has_schema_privilege(schema, 'usage')) as closed_schema
      from (
        select amopstrategy, n.oid as schema, n.nspname::text as nspname,
          case
            when pg_operator_is_visible(o.oid) then o.oprname::text
            else format('operator(%I.%s)', n.nspname, o.oprname)
          end as operator
        from pg_opclass as c
        join pg_am on pg_am.oid = opcmethod and amname = 'btree'
        join pg_amop on amopfamily = opcfamily and amoplefttype = opcintype and amoprighttype = opcintype
        join pg_operator as o on o.oid = amopopr
        join pg_namespace as n on n.oid = o.oprnamespace
        where c.oid = part.class
      ) as member
    ) as sorting
  )
select relation.oid::bigint as oid, relation.partitioned,
  has_table_privilege(relation.oid, 'select') as readable, current_user as role,
  exists (select from published) as published,
  (select row_filter from published) as row_filter,
  (select max(closed_schema) from key) as closed_schema,
  array(select name from sent order by attnum) as columns,
  array(select type from sent order by attnum) as column_types,
  array(select name from key order by place) as key_names,
  array(select type from key order by place) as key_types,
  array(select before from key order by place) as key_before,
  array(select not_before from key order by place) as key_not_before,
  array(select behind from key order by place) as key_behind,
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
