select name, event_table from wadi.streams where name = :?name::text
