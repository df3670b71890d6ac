select w.id, w.generation, w.name, w.group_name, w.url, w.headers, w.header_names, w.secret, w.previous_secret,
  w.previous_secret_until, w.batch_size, w.timeout_ms, w.max_concurrency, w.retry_delays_ms, w.format, w.disabled_reason,
  w.waits_until
  from wadi.webhooks w
 order by w.name
