-- Replaces what is known of a slot's tables by what is given.
with
  given as materialized (
    select table_schema, table_name, table_oid
    from unnest(:?schemas::text[], :?names::text[], :?oids::bigint[]) as t (table_schema, table_name, table_oid)
  ),
  forgotten as (
    delete from wadi.captured_tables as c
    where c.slot = :?slot::text
      and not exists (select from given as g where g.table_schema = c.table_schema and g.table_name = c.table_name)
  )
insert into wadi.captured_tables as known (slot, table_schema, table_name, table_oid)
select :?slot::text, table_schema, table_name, table_oid from given
on conflict (slot, table_schema, table_name) do update
set table_oid = excluded.table_oid
where known.table_oid <> excluded.table_oid
