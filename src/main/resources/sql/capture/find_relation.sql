-- What the WAL does not tell of a table: its key, as names and as places among the columns, so that a key column that was
-- renamed since is still found (place 0 where a dropped column makes it uncertain); and for a partitioned table, whose old
-- rows come from its partitions, whether each of them gives whole ones. Columns that an index merely includes are no key.
with
  counted as materialized (
    select attname::text as name, attnum,
      count(*) filter (where not attisdropped) over before_and_this as place,
      count(*) filter (where attisdropped) over before_and_this as dropped
    from pg_attribute
    where attrelid = :?oid::oid and attnum > 0 and attgenerated = ''
    window before_and_this as (order by attnum)
  ),
  key as materialized (
    select name, attnum, case when dropped = 0 then place else 0 end::int as place
    from counted
    where attnum = any (
      array(
        select unnest((indkey::smallint[])[:indnkeyatts - 1])
        from (
          select indkey, indnkeyatts
          from pg_index
          where indrelid = :?oid::oid and (indisprimary or indisreplident)
          order by indisprimary desc
          limit 1
        ) as best
      )
    )
  )
select
  c.relkind = 'p' as partitioned,
  not exists (
    select
    from pg_partition_tree(c.oid) as leaf
    join pg_class as l on l.oid = leaf.relid
    where leaf.isleaf and l.relreplident <> 'f'
  ) as partitions_full,
  array(select name from key order by attnum) as key_names,
  array(select place from key order by attnum) as key_places
from pg_class as c
where c.oid = :?oid::oid
