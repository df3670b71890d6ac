select seq, attempts, last_error, redriven_at, died_at
from wadi.group_dead
where group_id = :?group::int and seq > :?after::bigint
order by seq
limit :?most::int
