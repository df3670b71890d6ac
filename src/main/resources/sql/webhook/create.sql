insert into wadi.webhooks (
  name, group_name, url, headers, header_names, secret, batch_size, timeout_ms, max_concurrency, retry_delays_ms, format)
values (
  :?name, :?group_name, :?url, :?headers, :?header_names, :?secret, :?batch_size, :?timeout_ms, :?max_concurrency,
  :?retry_delays_ms, :?format)
