select name, retention_days
from wadi.event_tables
where retention_days is not null
order by name
