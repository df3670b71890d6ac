-- What a token may do; those made before could do everything.
alter table wadi.api_tokens
  add column scopes text[] not null default '{manage}'
    check (cardinality(scopes) > 0 and scopes <@ '{read,consume,manage}'::text[]);
