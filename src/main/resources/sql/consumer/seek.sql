-- A new epoch; nothing per event. What was parked is delivered again from the new start, or not at all; so is what had
-- died, but dead letters from before the new start stay.
with
  sought as (
    update wadi.consumer_groups set epoch = epoch + 1
    where id = :?group::int and epoch = :?epoch::bigint
    returning id, epoch
  ),
  freed as (
    delete from wadi.group_parked using sought where group_id = sought.id
  ),
  revived as (
    delete from wadi.group_dead using sought where group_id = sought.id and seq > :?cursor::bigint
  )
insert into {ledger} (epoch, n, kind, cursor_seq, settled, start_seq, settled_count, settled_squares)
select epoch, 0, 's', :?cursor::bigint, '{}', :?cursor::bigint, 0, 0
from sought
returning epoch
