update wadi.gaps set closed_at = coalesce(closed_at, now()) where id = :?id
