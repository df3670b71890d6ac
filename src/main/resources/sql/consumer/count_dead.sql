select count(*) from wadi.group_dead where group_id = :?group::int
