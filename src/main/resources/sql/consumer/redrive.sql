-- Marks dead events for one more delivery: those named, or the oldest.
update wadi.group_dead
set redriven_at = now()
where group_id = :?group::int and seq in (
  select seq from wadi.group_dead
  where group_id = :?group::int and redriven_at is null
    and (:?any::boolean or seq = any (:?seqs::bigint[]))
  order by seq
  limit :?most::int
)
returning seq, attempts
