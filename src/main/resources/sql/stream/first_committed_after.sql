-- The first event that was committed at or after a time; reads the events before it.
select min(id) from (
  select id from {table} where id >= :?floor::bigint and committed_at >= :?at::timestamptz order by id limit 1
) as found
