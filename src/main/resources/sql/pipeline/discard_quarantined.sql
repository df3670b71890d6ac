delete from wadi.quarantined_changes
where (id = any (:?ids::bigint[]) or pipeline = :?pipeline::text)
  and coalesce(slot, :?slot::text) = :?slot::text
