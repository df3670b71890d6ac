insert into wadi.streams (name, event_table) values (:?name::text, :?event_table::text) on conflict do nothing
