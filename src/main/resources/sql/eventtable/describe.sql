-- What an event table looks like, one row whether it exists or not. Columns and keys are arrays, so that one statement
-- sees one state of the catalog.
select
  relation.relkind::text as kind,
  relation.relpersistence::text as persistence,
  has_schema_privilege(relation.relnamespace, 'usage') as reachable,
  has_table_privilege(relation.oid, 'select') and has_table_privilege(relation.oid, 'insert') as writable,
  current_user as role,
  array(
    select attname::text from pg_attribute
    where attrelid = relation.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as column_names,
  array(
    select format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = relation.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as column_types,
  array(
    select case when attgenerated <> '' then pg_get_expr(adbin, adrelid) when attidentity = 'a' then 'identity' else '' end
    from pg_attribute
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = relation.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as column_generators,
  array(
    select attnotnull from pg_attribute
    where attrelid = relation.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as columns_not_null,
  array(
    select atthasdef or attidentity <> '' from pg_attribute
    where attrelid = relation.oid and attnum > 0 and not attisdropped
    order by attnum
  ) as columns_filled,
  array(
    select (
      select string_agg(attname, ',' order by attname)
      from pg_attribute
      where attrelid = relation.oid and attnum = any ((indkey::smallint[])[:indnkeyatts - 1])
    )
    from pg_index
    where indrelid = relation.oid and indisunique and indisvalid and indimmediate and indpred is null
      and indexprs is null
  ) as unique_keys
from (values (0)) as always
left join (
  pg_class as relation
  join pg_namespace as namespace on namespace.oid = relation.relnamespace
) on namespace.nspname = :?schema::text and relation.relname = :?name::text
