delete from wadi.quarantined_changes
where id = any (:?ids::bigint[]) or pipeline = :?pipeline::text
