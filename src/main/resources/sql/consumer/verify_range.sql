-- From the oldest event that is there to the newest that was numbered, how many there should be and how many are, and
-- whether retention may have taken those before.
select coalesce(min(id), last_id + 1) as first, last_id as last,
  last_id - coalesce(min(id), last_id + 1) + 1 as expected, count(id) as found,
  retention_days is not null as has_retention
from wadi.event_tables
left join {table} on id <= last_id
where name = :?event_table::text
group by last_id, retention_days
