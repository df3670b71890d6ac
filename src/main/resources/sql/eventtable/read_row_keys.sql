-- The next keys that a source table's events name, each once, in the order of the index. A loose scan of
-- (source_table_oid, record_pk, id): one probe per key and oid, however many events a row has.
with recursive
  next_key (record_pk, place) as (
    select (
        select min(probe.record_pk)
        from unnest(:?table_oids::bigint[]) as oid
        cross join lateral (
          select e.record_pk
          from {table} as e
          where e.source_table_oid = oid and e.record_pk >= coalesce(:?after::text, '')
            and e.record_pk is distinct from :?after::text
          order by e.record_pk
          limit 1
        ) as probe
      ), 1
    union all
    select (
        select min(probe.record_pk)
        from unnest(:?table_oids::bigint[]) as oid
        cross join lateral (
          select e.record_pk
          from {table} as e
          where e.source_table_oid = oid and e.record_pk > k.record_pk
          order by e.record_pk
          limit 1
        ) as probe
      ), k.place + 1
    from next_key as k
    where k.record_pk is not null and k.place < :?limit::int
  )
select record_pk
from next_key
where record_pk is not null
order by place
