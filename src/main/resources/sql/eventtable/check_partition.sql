-- Whether a partition may go: consumers have had its events, and everything of a lower id elsewhere has expired too, so that
-- what is kept is all from some id on. last_id is null if it is empty.
select last.id as last_id,
  coalesce(last.id <= :?settled::bigint, true)
    and not exists (
      select
      from {table} as e
      where e.id <= last.id and e.committed_at >= :?expired_before::timestamptz
    ) as due
from (select max(id) as id from {partition}) as last
