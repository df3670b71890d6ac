select pipeline, state, revision from wadi.pipeline_states where slot = :?slot::text
