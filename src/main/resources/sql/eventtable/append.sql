-- Appends a batch of changes to one event table: drops those that are there already, numbers the others densely.
--
-- The lock on the event table's row in wadi.event_tables (the fence) makes appends take turns, so ids become visible
-- in order and a writer that fails leaves no hole.
--
-- All parts of a statement see the snapshot taken when it began, before it waited for the fence. Only "for update"
-- returns what the previous holder committed. So the fence is read twice, plainly (seen) and locked (fence): if the two
-- differ, someone appended after our snapshot and the search for replays would miss his rows. Then nothing is done
-- (turn is empty, stale is true) and the caller repeats the statement, which takes a new snapshot.
--
-- A change is a replay if its identity is stored. Looking costs an index probe a row, so it is done only where the
-- answer can be yes: no stored event is later than the fence's pair (latest_committed_at, latest_lsn). "offset 0" keeps
-- the planner from hashing the whole event table for it. The unique key guards against errors in this reasoning.
--
-- Parts that write run to their end exactly once even if nobody reads them; each reads turn, hence after the lock.
--
-- Source tables are named anew for each row: looking them up in arrays by index took three times as long at 500 tables.
--
-- Microseconds become timestamptz by whole hours and the rest: interval products are computed as double precision and
-- both of these are exact in it. An LSN is an unsigned 64-bit number in a bigint, hence the detour by numeric.
with
  seen as materialized (
    select last_id from wadi.event_tables where name = :?event_table::text
  ),
  fence as materialized (
    select last_id, latest_committed_at, latest_lsn
    from wadi.event_tables
    where name = :?event_table::text
    for update
  ),
  turn as materialized (
    select fence.last_id, fence.latest_committed_at, fence.latest_lsn,
      :?source_database_id::uuid as source_database_id
    from fence
    join seen on seen.last_id = fence.last_id
  ),
  incoming as materialized (
    select place, table_oid, table_schema, table_name, record_pk, record, changes, action, ordinal, transaction_id,
      transaction_annotations, unavailable,
      timestamptz 'epoch'
        + committed_at_micros / 3600000000 * interval '1 hour'
        + committed_at_micros % 3600000000 * interval '1 microsecond' as committed_at,
      pg_lsn '0/0' + case when lsn < 0 then lsn + 18446744073709551616 else lsn end as lsn
    from unnest(
      :?table_oids::bigint[],
      :?table_schemas::text[],
      :?table_names::text[],
      :?record_pks::text[],
      :?records::text[],
      :?changes::text[],
      :?actions::text[],
      :?committed_at_micros::bigint[],
      :?lsns::bigint[],
      :?ordinals::int[],
      :?transaction_ids::bigint[],
      :?transaction_annotations::text[],
      :?unavailable::text[]
    ) with ordinality as given (
      table_oid, table_schema, table_name, record_pk, record, changes, action, committed_at_micros, lsn, ordinal,
      transaction_id, transaction_annotations, unavailable, place
    )
  ),
  fresh as materialized (
    select turn.last_id + row_number() over (order by place) as id,
      source_database_id, table_oid, table_schema, table_name, record_pk, record, changes, action, committed_at, lsn,
      ordinal, transaction_id, transaction_annotations, unavailable
    from incoming
    cross join turn
    where (committed_at, lsn) > (latest_committed_at, latest_lsn)
      or not exists (
        select
        from {table} as stored
        where stored.source_database_id = turn.source_database_id
          and stored.source_lsn = incoming.lsn
          and stored.source_lsn_ordinal = incoming.ordinal
          and stored.committed_at = incoming.committed_at
        offset 0
      )
  ),
  inserted as (
    insert into {table} (
      id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, changes,
      action, committed_at, source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations, unavailable
    )
    select id, source_database_id, table_oid, table_schema, table_name, record_pk, record::jsonb, changes::jsonb,
      action, committed_at, lsn, ordinal, transaction_id, transaction_annotations::jsonb, unavailable::text[]
    from fresh
  ),
  latest as materialized (
    select committed_at, lsn
    from (
      select committed_at, lsn from fresh
      union all
      select latest_committed_at, latest_lsn from turn
    ) as candidate
    order by committed_at desc, lsn desc
    limit 1
  ),
  counted as materialized (
    select (select count(id) from fresh) as appended, (select count(place) from incoming) as given
  ),
  fence_moved as (
    update wadi.event_tables
    set last_id = turn.last_id + counted.appended,
      latest_committed_at = latest.committed_at,
      latest_lsn = latest.lsn
    from turn, counted, latest
    where name = :?event_table::text and counted.appended > 0
  ),
  position_moved as (
    insert into wadi.positions (slot, source_database_id, lsn)
    select :?slot::text, turn.source_database_id,
      pg_lsn '0/0' + case when lsn < 0 then lsn + 18446744073709551616 else lsn end
    from turn
    cross join (values (:?position::bigint)) as reached (lsn)
    where lsn is not null
    on conflict (slot, source_database_id) do update
    set lsn = excluded.lsn, updated_at = now()
    where positions.lsn < excluded.lsn
  )
select
  counted.appended::int as appended,
  case when turn.last_id is null then 0 else counted.given - counted.appended end::int as dropped,
  fence.last_id is not null and turn.last_id is null as stale,
  fence.last_id is not null as registered,
  turn.last_id + counted.appended as last_id
from counted
left join fence on true
left join turn on true
