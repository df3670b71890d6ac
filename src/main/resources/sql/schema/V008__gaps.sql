-- What capture could not bring, and what is needed to notice it.

-- The timeline of the server when the position was last looked at; null before the first look.
alter table wadi.positions add column timeline int;

create table wadi.gaps (
  id bigint generated always as identity primary key,
  slot text not null,
  -- Null means every captured table.
  source_table text,
  -- Changes after from_lsn and up to to_lsn are missing. After a failover from_lsn can be the later of the two: it is
  -- a place of the old timeline.
  from_lsn pg_lsn not null,
  to_lsn pg_lsn not null,
  reason text not null check (reason <> ''),
  noticed_at timestamptz not null default now(),
  closed_at timestamptz
);

comment on table wadi.gaps is 'Stretches of the WAL whose changes were not captured; open until someone closes them';

-- The tables as they were when they were last seen published: one made anew has another oid.
create table wadi.captured_tables (
  slot text not null,
  table_schema text not null,
  table_name text not null,
  table_oid bigint not null,
  primary key (slot, table_schema, table_name)
);

comment on table wadi.captured_tables is 'Source tables that were published when a slot was last read';
