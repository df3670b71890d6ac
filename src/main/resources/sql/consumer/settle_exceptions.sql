-- Keys that were parked, moved on or merged back, and events that died or were settled after a redrive.
with
  fence as materialized (
    select id from wadi.consumer_groups where id = :?group::int and epoch = :?epoch::bigint
  ),
  parked as (
    insert into wadi.group_parked (
      group_id, source_database_id, source_table_oid, key, head_seq, attempts, not_before, last_error
    )
    select fence.id, database_id, table_oid, key, head_seq, attempts,
      timestamptz 'epoch' + not_before_ms * interval '1 millisecond', last_error
    from fence
    cross join unnest(
      :?parked_databases::text[]::uuid[], :?parked_table_oids::bigint[], :?parked_keys::text[],
      :?parked_heads::bigint[], :?parked_attempts::int[], :?parked_not_before_ms::bigint[], :?parked_errors::text[]
    ) as key (database_id, table_oid, key, head_seq, attempts, not_before_ms, last_error)
    on conflict (group_id, source_database_id, source_table_oid, short_key) do update
    set head_seq = excluded.head_seq, attempts = excluded.attempts, not_before = excluded.not_before,
      last_error = excluded.last_error
  ),
  freed as (
    delete from wadi.group_parked
    using fence, unnest(:?freed_databases::text[]::uuid[], :?freed_table_oids::bigint[], :?freed_keys::text[])
      as free (database_id, table_oid, key)
    where group_id = fence.id and source_database_id = free.database_id and source_table_oid = free.table_oid
      and short_key = case when octet_length(free.key) <= 2000 then free.key else md5(free.key) end
  ),
  dead as (
    insert into wadi.group_dead (group_id, seq, attempts, last_error)
    select fence.id, seq, attempts, last_error
    from fence
    cross join unnest(:?dead_seqs::bigint[], :?dead_attempts::int[], :?dead_errors::text[])
      as death (seq, attempts, last_error)
    on conflict (group_id, seq) do update
    set attempts = excluded.attempts, last_error = excluded.last_error, redriven_at = null
  )
delete from wadi.group_dead
using fence
where group_id = fence.id and seq = any (:?revived_seqs::bigint[])
