-- Every event up to this one is visible to the next statement.
select last_id from wadi.event_tables where name = :?event_table::text
