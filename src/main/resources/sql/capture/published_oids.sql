-- The tables of a publication, with the oid by which Postgres tells them apart.
select p.schemaname::text as schema, p.tablename::text as name, c.oid::bigint as oid
from pg_publication_tables as p
join pg_namespace as n on n.nspname = p.schemaname
join pg_class as c on c.relnamespace = n.oid and c.relname = p.tablename
where p.pubname = :?publication
