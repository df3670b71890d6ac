update wadi.consumer_groups set owner_url = null where id = :?group::int and epoch = :?epoch::bigint
