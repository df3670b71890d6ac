-- The columns of one table, domains seen through, and whether a delete brings their values. No row if there is no such
-- table; one without column if it has none.
with relation as materialized (
  select pg_class.oid, relkind, relreplident,
    array(
      select leaf.oid::regclass::text
      from pg_partition_tree(pg_class.oid) as part
      join pg_class as leaf on leaf.oid = part.relid
      where part.isleaf and pg_class.relkind = 'p' and leaf.relreplident <> 'f'
      order by 1
    ) as partitions_without_old_rows
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where nspname = :?schema::text and relname = :?name::text
)
select relation.relkind::text as kind, pg_attribute.attname::text as name, base.type, base.composite, base.is_array,
  relation.partitions_without_old_rows,
  case
    when relation.relkind = 'p' then cardinality(relation.partitions_without_old_rows) = 0
    else relation.relreplident = 'f'
  end as identity_full,
  exists (
    select from pg_index
    where indrelid = relation.oid and attnum = any ((indkey::smallint[])[:indnkeyatts - 1])
      and (relation.relreplident = 'i' and indisreplident or relation.relreplident <> 'i' and indisprimary)
  ) as in_key
from relation
left join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
left join lateral (
  with recursive unwrapped as (
    select typname, typtype, typbasetype, typcategory from pg_type where pg_type.oid = atttypid
    union all
    select pg_type.typname, pg_type.typtype, pg_type.typbasetype, pg_type.typcategory
    from unwrapped
    join pg_type on pg_type.oid = unwrapped.typbasetype
    where unwrapped.typtype = 'd'
  )
  select typname::text as type, typtype = 'c' as composite, typcategory = 'A' as is_array
  from unwrapped where typtype <> 'd'
) as base on true
order by attnum
