-- The columns whose values make record_pk, in its order: those of the primary key, else of the replica identity's index.
select array(
  select attname::text
  from pg_attribute
  where attrelid = c.oid and attnum = any ((i.indkey::smallint[])[:i.indnkeyatts - 1])
  order by attnum
) as columns
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_index as i on i.indrelid = c.oid and (i.indisprimary or i.indisreplident)
where n.nspname = :?schema::text and c.relname = :?name::text
order by i.indisprimary desc
limit 1
