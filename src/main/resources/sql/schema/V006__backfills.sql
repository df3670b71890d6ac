-- Rows that were there before their pipeline: how far each table has been read.

create table wadi.backfills (
  id bigint generated always as identity primary key,
  slot text not null,
  pipeline text not null,
  source_table_schema text not null,
  source_table_name text not null,
  -- What last_key belongs to; null before the first rows are stored.
  source_table_oid bigint,
  key_columns text[],
  -- Values of the key of the row that was read last, as Postgres prints them; null before the first.
  last_key text[],
  rows bigint not null default 0 check (rows >= 0),
  state text not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
  reason text not null default '',
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (slot, pipeline, source_table_schema, source_table_name),
  check ((state = 'running') = (finished_at is null)),
  check ((last_key is null) = (key_columns is null)),
  check (last_key is null or source_table_oid is not null)
);

comment on table wadi.backfills is 'Per pipeline and source table: how far its rows have become events';

alter table wadi.quarantined_changes
  drop constraint quarantined_changes_action_check,
  add check (action in ('insert', 'update', 'delete', 'truncate', 'read'));

alter table wadi.kept_changes
  drop constraint kept_changes_action_check,
  add check (action in ('insert', 'update', 'delete', 'truncate', 'read'));

-- Whose changes they are, where several Wadis share an event log. What was there before is of the one slot there was; where
-- there were several it cannot be known, and any of them may take it.
alter table wadi.quarantined_changes
  add column slot text,
  drop constraint quarantined_changes_pipeline_source_lsn_source_lsn_ordinal__key,
  add unique (slot, pipeline, source_lsn, source_lsn_ordinal, committed_at);

update wadi.quarantined_changes
set slot = (select min(slot) from wadi.positions having count(*) = 1);
