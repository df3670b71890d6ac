select coalesce(timeline, 0) as timeline from wadi.positions where slot = :?slot::text
