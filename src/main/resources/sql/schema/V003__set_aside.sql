-- Changes that wait: those of paused pipelines, and those of the quarantine that are to be tried again.

alter table wadi.quarantined_changes
  add column transaction_annotations text,
  add column unavailable text[];

-- record and changes are text: they may be what jsonb cannot hold.
create table wadi.kept_changes (
  id bigint generated always as identity primary key,
  slot text not null,
  pipeline text not null,
  source_table_oid bigint not null,
  source_table_schema text not null,
  source_table_name text not null,
  action text not null check (action in ('insert', 'update', 'delete', 'truncate')),
  record_pk text not null,
  record text not null,
  changes text,
  unavailable text[],
  committed_at timestamptz not null,
  source_lsn pg_lsn not null,
  source_lsn_ordinal int not null check (source_lsn_ordinal >= 0),
  transaction_id bigint not null,
  transaction_annotations text,
  kept_at timestamptz not null default now(),
  unique (slot, pipeline, source_lsn, source_lsn_ordinal, committed_at)
);

create index on wadi.kept_changes (slot, pipeline, id);

comment on table wadi.kept_changes is 'Changes that wait until their pipeline is resumed, in commit order of id';

-- A pipeline without a row makes events of its changes. With one, they are kept; while resuming, the kept ones become
-- events first. The revision tells whoever ends the resuming whether something was added meanwhile.
create table wadi.pipeline_states (
  slot text not null,
  pipeline text not null,
  state text not null check (state in ('paused', 'resuming')),
  revision bigint not null default 1,
  changed_at timestamptz not null default now(),
  primary key (slot, pipeline)
);

comment on table wadi.pipeline_states is 'Pipelines whose changes are kept instead of becoming events';
