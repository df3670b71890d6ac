-- What Wadi must remember of capturing. The events themselves are in event tables, wherever the user wants them.

-- One row per event table: whoever appends holds this row's lock, so ids are dense and in commit order.
create table wadi.event_tables (
  name text primary key,
  last_id bigint not null default 0 check (last_id >= 0),
  -- No stored event is later than this pair: what is later cannot be a replay.
  latest_committed_at timestamptz not null default '-infinity',
  latest_lsn pg_lsn not null default '0/0',
  retention_days int check (retention_days > 0),
  created_at timestamptz not null default now()
) with (fillfactor = 50);

comment on table wadi.event_tables is 'Event tables that Wadi appends to; name as schema.table';

-- Up to where the changes of a slot are stored. The second key lets an upsert tell a slot's next position from the
-- position of another database's slot of that name, which the first key refuses.
create table wadi.positions (
  slot text primary key,
  source_database_id uuid not null,
  lsn pg_lsn not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (slot, source_database_id)
) with (fillfactor = 50);

comment on table wadi.positions is 'Per replication slot: every change that ends before lsn is stored';

-- Changes that could not be stored as events. record and changes are text: they may be what jsonb cannot hold.
create table wadi.quarantined_changes (
  id bigint generated always as identity primary key,
  pipeline text not null,
  source_table_oid bigint not null,
  source_table_schema text not null,
  source_table_name text not null,
  action text not null check (action in ('insert', 'update', 'delete', 'truncate')),
  record_pk text not null,
  record text not null,
  changes text,
  committed_at timestamptz not null,
  source_lsn pg_lsn not null,
  source_lsn_ordinal int not null check (source_lsn_ordinal >= 0),
  transaction_id bigint not null,
  error text not null check (error <> ''),
  quarantined_at timestamptz not null default now(),
  unique (pipeline, source_lsn, source_lsn_ordinal, committed_at)
);

comment on table wadi.quarantined_changes is 'Changes that could not be stored as events, with the reason';
