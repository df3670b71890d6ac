create table {table} (
  id bigint {id_key},
  seq bigint not null generated always as (id) stored,
  source_database_id uuid not null,
  source_table_oid bigint not null,
  source_table_schema text not null,
  source_table_name text not null,
  record_pk text not null,
  record jsonb not null,
  changes jsonb,
  action text not null check (action in ('insert', 'update', 'delete', 'truncate', 'read')),
  committed_at timestamptz not null,
  inserted_at timestamptz not null default now(),
  source_lsn pg_lsn not null,
  source_lsn_ordinal int not null,
  transaction_id bigint not null,
  transaction_annotations jsonb,
  unavailable text[],
  unique (source_database_id, source_lsn, source_lsn_ordinal, committed_at){more_keys}
){partitioning};

create index on {table} (source_table_oid, record_pk, id);

create index on {table} using brin (committed_at);

comment on table {table} is '{comment}';
