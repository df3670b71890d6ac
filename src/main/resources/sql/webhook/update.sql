update wadi.webhooks
   set url = :?url, headers = :?headers, header_names = :?header_names, batch_size = :?batch_size,
     timeout_ms = :?timeout_ms, max_concurrency = :?max_concurrency, retry_delays_ms = :?retry_delays_ms,
     format = :?format, updated_at = now()
 where name = :?name
