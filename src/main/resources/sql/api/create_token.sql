insert into wadi.api_tokens (name, hash, scopes)
values (:?name, :?hash, :?scopes)
on conflict (name) do nothing
