-- What a pattern can mean: every table whose changes are in the WAL under its own name; partitions come under their root's.
select namespace.nspname::text as schema, relation.relname::text as name,
  array(
    select attname::text from pg_attribute
    where attrelid = relation.oid and attnum > 0 and not attisdropped
  ) as columns
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.relkind in ('r', 'p') and not relation.relispartition and relation.relpersistence = 'p'
  and namespace.nspname !~ '^pg_' and namespace.nspname not in ('information_schema', 'wadi')
