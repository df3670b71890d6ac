select name, event_table from wadi.streams order by name
