-- The partitions of an event table that Wadi keeps partitioned by day, which its comment says; none of any other table. The
-- default one has no bounds. Bounds are printed and read in one session, whatever its time zone.
select child.oid::bigint as oid, child.relname::text as name, n.nspname::text as schema,
  substring(bound from 'FROM \(''([^'']*)''\)')::timestamptz as begins,
  substring(bound from 'TO \(''([^'']*)''\)')::timestamptz as ends,
  pg_relation_size(child.oid) as bytes
from pg_class as parent
join pg_inherits on inhparent = parent.oid
join pg_class as child on child.oid = inhrelid
join pg_namespace as n on n.oid = child.relnamespace
cross join lateral pg_get_expr(child.relpartbound, child.oid) as bound
where parent.oid = to_regclass(:?quoted_event_table::text)
  and parent.relkind = 'p'
  and obj_description(parent.oid, 'pg_class') like 'wadi: event table, partitioned by day%'
order by ends
