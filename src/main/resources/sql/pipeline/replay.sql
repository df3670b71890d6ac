-- Moves changes from the quarantine to those that wait for their pipeline. A pipeline that streams becomes one that
-- resumes, a paused one stays paused; the revision tells whoever is just ending the resuming that there is more.
with
  moved as (
    delete from wadi.quarantined_changes
    where (id = any (:?ids::bigint[]) or pipeline = :?pipeline::text) and pipeline = any (:?running::text[])
      and coalesce(slot, :?slot::text) = :?slot::text
    returning id, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, changes,
      unavailable, committed_at, source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations
  ),
  kept as (
    insert into wadi.kept_changes (
      slot, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, changes,
      unavailable, committed_at, source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations
    )
    select :?slot::text, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record,
      changes, unavailable, committed_at, source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations
    from moved
    order by id
    on conflict (slot, pipeline, source_lsn, source_lsn_ordinal, committed_at) do nothing
  ),
  resuming as (
    insert into wadi.pipeline_states (slot, pipeline, state)
    select distinct :?slot::text, pipeline, 'resuming' from moved
    on conflict (slot, pipeline) do update
    set revision = pipeline_states.revision + 1, changed_at = now()
  )
select count(*) as moved from moved
