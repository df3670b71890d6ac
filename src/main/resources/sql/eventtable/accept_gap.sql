-- Sets a position, backward too, and records what is passed by: the gap goes from the position as it was before the update.
with
  reached as materialized (
    select pg_lsn '0/0' + case when lsn < 0 then lsn + 18446744073709551616 else lsn end as lsn
    from (values (:?position::bigint)) as given (lsn)
  ),
  before as materialized (
    select lsn from wadi.positions where slot = :?slot::text for update
  ),
  moved as (
    update wadi.positions
    set lsn = reached.lsn, timeline = :?timeline::int, updated_at = now()
    from reached
    where slot = :?slot::text
  )
insert into wadi.gaps (slot, from_lsn, to_lsn, reason)
select :?slot::text, before.lsn, reached.lsn, :?reason::text
from before
cross join reached
