delete from wadi.kept_changes where slot = :?slot::text and pipeline = :?pipeline::text
