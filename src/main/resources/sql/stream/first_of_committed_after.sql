-- The same; reads the events after it, by the index on committed_at: "offset 0" keeps min() from walking the ids.
select min(id) from (select id from {table} where committed_at >= :?at::timestamptz offset 0) as committed_after
