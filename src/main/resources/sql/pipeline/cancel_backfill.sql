update wadi.backfills
set state = 'cancelled', finished_at = now()
where slot = :?slot::text and pipeline = :?pipeline::text and state = 'running'
