-- Marks dead events for one more delivery: those named, or the oldest, until that many bytes are full.
update wadi.group_dead
set redriven_at = now()
where group_id = :?group::int and seq in (
  select dead_seq
  from (
    select dead_seq,
      sum({bytes})
        over (order by dead_seq rows between unbounded preceding and 1 preceding) as bytes_before
    from (
      select seq as dead_seq from wadi.group_dead
      where group_id = :?group::int and redriven_at is null
        and (:?any::boolean or seq = any (:?seqs::bigint[]))
      order by seq
      limit :?most::int
    ) as dead
    left join {table} on id = dead_seq
  ) as sized
  where coalesce(bytes_before, 0) < :?most_bytes::bigint
)
returning seq, attempts
