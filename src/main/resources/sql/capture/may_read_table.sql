-- Whether this role may read the rows of a table; no row if it is not there.
select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as may_read
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = :?schema and c.relname = :?name
