-- All groups, and whether some session owns them now.
select consumer_groups.id, consumer_groups.name, stream, event_table, filters, start_position,
  start_value, ack_wait_ms, max_ack_pending, max_deliver, group_by, max_waiting, paused, owner_url, owner_process,
  exists (
    select from pg_locks
    where locktype = 'advisory' and classid = 7331 and objid = consumer_groups.id::oid and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
  ) as owned
from wadi.consumer_groups
join wadi.streams on streams.name = stream
order by consumer_groups.name
