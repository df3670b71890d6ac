-- The columns of one table, domains seen through, and whether a delete brings their values. No row if there is no such
-- table; one without column if it has none.
with relation as (
  select pg_class.oid, relkind, relreplident
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where nspname = :?schema::text and relname = :?name::text
)
select relation.relkind::text as kind, pg_attribute.attname::text as name, base.type, base.composite,
  (
    select bool_and(leaf.relreplident = 'f')
    from (
      select relation.relreplident where relation.relkind <> 'p'
      union all
      select pg_class.relreplident
      from pg_partition_tree(relation.oid) as part
      join pg_class on pg_class.oid = part.relid
      where part.isleaf and relation.relkind = 'p'
    ) as leaf (relreplident)
  ) as identity_full,
  exists (
    select from pg_index
    where indrelid = relation.oid and attnum = any ((indkey::smallint[])[:indnkeyatts - 1])
      and (relation.relreplident = 'i' and indisreplident or relation.relreplident <> 'i' and indisprimary)
  ) as in_key
from relation
left join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
left join lateral (
  with recursive unwrapped as (
    select typname, typtype, typbasetype from pg_type where pg_type.oid = atttypid
    union all
    select pg_type.typname, pg_type.typtype, pg_type.typbasetype
    from unwrapped
    join pg_type on pg_type.oid = unwrapped.typbasetype
    where unwrapped.typtype = 'd'
  )
  select typname::text as type, typtype = 'c' as composite from unwrapped where typtype <> 'd'
) as base on true
order by attnum
