update wadi.positions
set timeline = :?timeline::int
where slot = :?slot::text and timeline is distinct from :?timeline::int
