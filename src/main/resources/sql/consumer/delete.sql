delete from wadi.consumer_groups where name = :?name::text returning id
