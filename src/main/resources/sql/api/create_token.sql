insert into wadi.api_tokens (name, hash)
values (:?name, :?hash)
on conflict (name) do nothing
