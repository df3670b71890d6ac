-- Makes an event table known, or known again after a restore. Numbers never go backward, not even if the table was made
-- anew: whoever read up to an id would miss what came under it later.
--
-- Finding the latest event reads the whole table, so it is done only where the fence row is missing or behind.
-- Retention is written in the comment on the table, where its owner sees it; here is the last that Wadi has met.
with
  highest as materialized (
    select coalesce(max(id), 0) as id from {table}
  ),
  known as materialized (
    select name from wadi.event_tables join highest on id <= last_id where name = :?event_table::text
  ),
  latest as materialized (
    select committed_at, source_lsn
    from {table}
    where not exists (select from known)
    order by committed_at desc, source_lsn desc
    limit 1
  )
insert into wadi.event_tables (name, last_id, latest_committed_at, latest_lsn, retention_days)
select
  :?event_table::text,
  highest.id,
  coalesce(latest.committed_at, '-infinity'),
  coalesce(latest.source_lsn, '0/0'),
  substring(
    obj_description(:?quoted_event_table::regclass, 'pg_class') from '^wadi: .*retention ([1-9][0-9]{0,5}) days'
  )::int
from highest
left join latest on true
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
  retention_days = coalesce(excluded.retention_days, event_tables.retention_days)
