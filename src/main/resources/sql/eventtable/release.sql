delete from wadi.kept_changes where id = any (:?ids::bigint[])
