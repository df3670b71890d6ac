-- Nothing waits any more. If something was added or the pipeline paused since, the revision is another and it goes on.
delete from wadi.pipeline_states
where slot = :?slot::text and pipeline = :?pipeline::text and state = 'resuming' and revision = :?revision::bigint
