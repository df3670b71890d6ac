update wadi.consumer_groups set paused = :?paused::boolean, updated_at = now() where name = :?name::text
