-- Makes an event table known, or known again: what the table holds decides, and numbers never go backward. It reads the
-- whole table once. Retention is written in the comment on the table, where its owner sees it; here is Wadi's copy.
insert into wadi.event_tables (name, last_id, latest_committed_at, latest_lsn, retention_days)
select :?event_table::text,
  coalesce((select max(id) from {table}), 0),
  coalesce(latest.committed_at, '-infinity'),
  coalesce(latest.source_lsn, '0/0'),
  substring(obj_description(:?quoted_event_table::regclass, 'pg_class') from '^wadi: .*retention ([1-9][0-9]{0,5}) days')::int
from (values (0)) as always
left join (
  select committed_at, source_lsn from {table} order by committed_at desc, source_lsn desc limit 1
) as latest on true
on conflict (name) do update
set last_id = greatest(event_tables.last_id, excluded.last_id),
  (latest_committed_at, latest_lsn) = (
    select committed_at, lsn
    from (
      values (event_tables.latest_committed_at, event_tables.latest_lsn),
        (excluded.latest_committed_at, excluded.latest_lsn)
    ) as candidate (committed_at, lsn)
    order by committed_at desc, lsn desc
    limit 1
  ),
  retention_days = excluded.retention_days
