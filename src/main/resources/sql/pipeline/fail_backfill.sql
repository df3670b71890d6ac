update wadi.backfills
set state = 'failed', reason = :?reason::text, finished_at = now()
where id = :?id::bigint and state = 'running'
