-- The first event from a seq on that was committed at or after a time.
select min(id) from (
  select id from {table} where id >= :?first::bigint and committed_at >= :?at::timestamptz order by id limit 1
) as found
