-- The transactions that hold a lock under which rows of a table are written. They keep it until others see what they wrote.
select coalesce(virtualtransaction, '') || ' ' || coalesce(pid::text, 'prepared') as writer
from pg_locks
where locktype = 'relation' and granted
  and database = (select oid from pg_database where datname = current_database())
  and relation in (
    select :?oid::bigint::oid
    union all
    select relid::oid from pg_partition_tree(:?oid::bigint::oid)
  )
  and mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  and pid is distinct from pg_backend_pid()
