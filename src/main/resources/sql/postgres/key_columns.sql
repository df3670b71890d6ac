-- The columns whose values make record_pk, in its order: those of the primary key, else of the replica identity's index. None
-- where that index lacks some of them: then neither an update that changes the key nor a delete tells which row it was of.
with
  relation as (
    select c.oid
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = :?schema::text and c.relname = :?name::text
  ),
  key as materialized (
    select attname, attnum
    from (
      select indrelid, (indkey::smallint[])[:indnkeyatts - 1] as columns
      from relation
      join pg_index on indrelid = relation.oid and (indisprimary or indisreplident)
      order by indisprimary desc
      limit 1
    ) as best
    join pg_attribute on attrelid = indrelid and attnum = any (columns)
  ),
  leaf as (
    select c.oid
    from relation
    join pg_class as c on c.oid = relation.oid or c.oid in (select relid from pg_partition_tree(relation.oid))
    where c.relreplident = 'i' and c.relkind <> 'p'
  )
select array(select attname::text from key order by attnum) as columns
where not exists (
  select
  from leaf
  cross join key
  where not exists (
    select
    from pg_index as i
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any ((i.indkey::smallint[])[:i.indnkeyatts - 1])
    where i.indrelid = leaf.oid and i.indisreplident and a.attname = key.attname
  )
)
