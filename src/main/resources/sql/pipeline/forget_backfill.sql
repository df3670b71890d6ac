delete from wadi.backfills where slot = :?slot::text and pipeline = :?pipeline::text
