update wadi.consumer_groups set owner_url = null, owner_process = null where id = :?group::int and epoch = :?epoch::bigint
