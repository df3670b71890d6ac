select seq, attempts from wadi.group_dead
where group_id = :?group::int and redriven_at is not null
order by seq
