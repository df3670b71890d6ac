-- What the WAL does not tell of a table: its key, as names and as places among the columns, so that a key column that was
-- renamed since is still found; and for a partitioned table, whose old rows come from its partitions, whether each of them
-- gives whole ones.
with
  live as materialized (
    select attname::text as name, attnum, row_number() over (order by attnum)::int as place
    from pg_attribute
    where attrelid = :?oid::oid and attnum > 0 and not attisdropped and attgenerated = ''
  ),
  key as materialized (
    select name, place
    from live
    where attnum = any (
      array(
        select unnest(indkey::smallint[])
        from (
          select indkey
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
  array(select name from key order by place) as key_names,
  array(select place from key order by place) as key_places,
  (select count(*)::int from live) as column_count
from pg_class as c
where c.oid = :?oid::oid
