-- The tables of a publication, with the oid by which Postgres tells them apart, and whether they are in it one by one.
select p.schemaname::text as schema, p.tablename::text as name, c.oid::bigint as oid,
  exists (
    select from pg_publication_rel as r join pg_publication as b on b.oid = r.prpubid
    where r.prrelid = c.oid and b.pubname = p.pubname
  ) as listed
from pg_publication_tables as p
join pg_namespace as n on n.nspname = p.schemaname
join pg_class as c on c.relnamespace = n.oid and c.relname = p.tablename
where p.pubname = :?publication
