select
  (
    select count(*) from wadi.kept_changes where slot = :?slot::text and pipeline = :?pipeline::text
  ) as kept,
  (
    select count(*)
    from wadi.quarantined_changes
    where coalesce(slot, :?slot::text) = :?slot::text and pipeline = :?pipeline::text
  ) as quarantined
