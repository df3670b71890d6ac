-- Rights that appending can do without, of the role that asks; nulls where schema or table does not exist.
select
  current_user::text as role,
  has_schema_privilege(namespace.oid, 'create') as may_create,
  has_table_privilege(relation.oid, 'delete') as may_delete
from (values (0)) as always
left join pg_namespace as namespace on namespace.nspname = :?schema::text
left join pg_class as relation on relation.relnamespace = namespace.oid and relation.relname = :?name::text
