-- What keeps a stream from being created.
select exists (select from wadi.streams where name = :?name::text) as name_taken,
  exists (select from wadi.streams where event_table = :?event_table::text) as table_taken,
  exists (select from wadi.event_tables where name = :?event_table::text) as table_known
