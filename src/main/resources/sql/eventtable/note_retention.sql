-- Remembers that a table has had a retention, which explains later what it took. Seldom changes a row, and never for long: it is
-- the one that appends lock.
update wadi.event_tables set retention_days = :?retention_days::int
where name = :?event_table::text and retention_days is null
