select name from wadi.event_tables order by name
