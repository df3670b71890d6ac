select schemaname::text as schema, tablename::text as name
from pg_publication_tables
where pubname = :?publication
