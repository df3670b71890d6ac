-- What Wadi must remember of delivering. Nothing here holds an event: consumer groups refer to events by seq.

create table wadi.streams (
  name text primary key check (name ~ '^[a-zA-Z0-9_.-]+$'),
  event_table text not null unique references wadi.event_tables (name),
  created_at timestamptz not null default now()
);

comment on table wadi.streams is 'Event tables that are offered for consuming';

create table wadi.consumer_groups (
  id int generated always as identity primary key,
  name text not null unique check (name ~ '^[a-zA-Z0-9_.-]+$'),
  stream text not null references wadi.streams (name),
  filters text,
  start_position text not null check (start_position in ('beginning', 'end', 'from')),
  start_value text check ((start_value is not null) = (start_position = 'from')),
  ack_wait_ms int not null check (ack_wait_ms > 0),
  max_ack_pending int not null check (max_ack_pending > 0),
  max_deliver int check (max_deliver > 0),
  group_by text[] not null default '{}',
  max_waiting int not null check (max_waiting > 0),
  paused boolean not null default false,
  -- The owner is the session that holds advisory lock (7331, id). The epoch grows with every takeover and every seek:
  -- it fences the ledger against a former owner and tells old ack ids from new ones.
  epoch bigint not null default 0,
  owner_url text,
  owned_since timestamptz,
  ack_key bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table wadi.consumer_groups is 'Named readers of a stream, each with its own progress';

-- Each group has a ledger of its own, wadi.group_ledger_<id>, of this shape; this table itself stays empty. A ledger is
-- only appended to. Now and then the owner truncates it and writes one snapshot, in one transaction: truncating needs
-- no vacuum, so an old snapshot that somebody else holds costs nothing. It is read whole, at takeover, hence no index.
--
-- Settled are all events <= cursor_seq, except those of a parked key from its head on, and those in settled.
create table wadi.group_ledger (
  epoch bigint not null,
  n bigint not null,
  kind "char" not null check (kind in ('s', 'd')),
  cursor_seq bigint not null check (cursor_seq >= 0),
  -- In a snapshot all that is settled above the cursor, in a delta what is newly so. Of parked keys also below it.
  settled int8multirange not null,
  -- Double entry, for wadi verify: each event is counted when it is itself settled, whatever the cursor does.
  start_seq bigint not null,
  settled_count bigint not null,
  settled_squares bigint not null
);

comment on table wadi.group_ledger is 'The shape of each group''s ledger; empty';

-- Exceptions only: one row per key that is failing now, or has more events waiting than memory should hold.
create table wadi.group_parked (
  group_id int not null references wadi.consumer_groups (id) on delete cascade,
  source_database_id uuid not null,
  source_table_oid bigint not null,
  key text not null,
  head_seq bigint not null,
  attempts int not null check (attempts >= 0),
  not_before timestamptz not null,
  last_error text,
  primary key (group_id, source_database_id, source_table_oid, key)
) with (fillfactor = 70);

comment on table wadi.group_parked is 'Keys that go their own way: their events from head_seq on are not settled';

create table wadi.group_dead (
  group_id int not null references wadi.consumer_groups (id) on delete cascade,
  seq bigint not null,
  attempts int not null check (attempts > 0),
  last_error text,
  -- Set while the event is being delivered once more.
  redriven_at timestamptz,
  died_at timestamptz not null default now(),
  primary key (group_id, seq)
);

comment on table wadi.group_dead is 'Events that a group gave up after max_deliver attempts';
