-- The oids under which a source table was captured: one, or several if it was made anew; without a name those of all tables. A loose index scan: one probe of
-- (source_table_oid, record_pk, id) per oid, however many events there are.
with recursive
  distinct_oid (oid) as (
    (select source_table_oid from {table} order by source_table_oid limit 1)
    union all
    select (select e.source_table_oid from {table} as e where e.source_table_oid > d.oid order by e.source_table_oid limit 1)
    from distinct_oid as d
    where d.oid is not null
  )
select oid
from distinct_oid as d
where oid is not null
  and (
    :?name::text is null
    or exists (
      select 1
      from {table} as e
      where e.source_table_oid = d.oid and e.source_table_schema = :?schema::text and e.source_table_name = :?name::text
    )
  )
