-- Who may use the API. A token is 32 random bytes; only its SHA-256 is here.
create table wadi.api_tokens (
  name text primary key check (name <> ''),
  hash bytea not null unique check (octet_length(hash) = 32),
  created_at timestamptz not null default now()
);

comment on table wadi.api_tokens is 'Bearer tokens of the API, hashed';
