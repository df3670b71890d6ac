-- From the oldest event that is there to the newest that was numbered, how many there should be and how many are, and
-- whether retention may have taken those before: the comment on the table has one, or Wadi has met one.
select coalesce(min(id), last_id + 1) as first, last_id as last,
  last_id - coalesce(min(id), last_id + 1) + 1 as expected, count(id) as found,
  retention_days is not null
    or obj_description(to_regclass(:?quoted_event_table::text), 'pg_class') ~ '^wadi: .*retention [1-9][0-9]{0,5} days'
    as has_retention
from wadi.event_tables
left join {table} on id <= last_id
where name = :?event_table::text
group by last_id, retention_days
