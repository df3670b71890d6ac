-- When the first event from a seq on was committed.
select committed_at from {table} where id >= :?seq::bigint order by id limit 1
