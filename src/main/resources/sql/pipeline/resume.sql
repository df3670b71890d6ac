update wadi.pipeline_states
set state = 'resuming', revision = revision + 1, changed_at = now()
where slot = :?slot::text and pipeline = :?pipeline::text and state = 'paused'
