update wadi.webhooks
   set url = :?url, headers = :?headers, header_names = :?header_names, batch_size = :?batch_size,
     timeout_ms = :?timeout_ms, max_concurrency = :?max_concurrency, retry_delays_ms = :?retry_delays_ms,
     format = :?format, updated_at = now(),
     -- What another receiver asked for is nothing to this one.
     generation = generation + (url <> :?url)::int, waits_until = case when url = :?url then waits_until end
 where name = :?name
