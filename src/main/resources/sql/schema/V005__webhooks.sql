-- A webhook is a consumer group whose messages Wadi itself takes and posts. Secrets and headers are encrypted with the
-- key that wadi.secret-key names; the database never sees them.

create table wadi.webhooks (
  id int generated always as identity primary key,
  name text not null unique check (name ~ '^[a-zA-Z0-9_.-]+$'),
  group_name text not null unique references wadi.consumer_groups (name),
  url text not null,
  headers bytea not null,
  header_names text[] not null,
  secret bytea not null,
  -- The secret before a rotation signs as well until then.
  previous_secret bytea,
  previous_secret_until timestamptz check ((previous_secret_until is null) = (previous_secret is null)),
  batch_size int not null check (batch_size > 0),
  timeout_ms int not null check (timeout_ms > 0),
  max_concurrency int not null check (max_concurrency > 0),
  retry_delays_ms bigint[] not null,
  format text not null
    check (format in ('standard', 'cloudevents_binary', 'cloudevents_structured', 'cloudevents_batch')),
  disabled_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table wadi.webhooks is 'Receivers that the events of a stream are posted to';

create table wadi.webhook_attempts (
  webhook_id int not null references wadi.webhooks (id) on delete cascade,
  n bigint generated always as identity,
  message_id text not null,
  at timestamptz not null,
  first_seq bigint not null,
  messages int not null,
  deliver_count int not null,
  -- 0 if there was no answer.
  status int not null,
  latency_ms int not null,
  excerpt text,
  error text,
  primary key (webhook_id, n)
);

comment on table wadi.webhook_attempts is 'The newest requests of each webhook; older ones are removed';
