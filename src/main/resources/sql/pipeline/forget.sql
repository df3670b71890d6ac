delete from wadi.pipeline_states where slot = :?slot::text and pipeline = :?pipeline::text
