-- All events up to this one are settled: those below the cursor, except what parked keys hold.
select least(
  coalesce((select cursor_seq from {ledger} order by epoch desc, n desc limit 1), 0),
  (select min(head_seq) - 1 from wadi.group_parked where group_id = :?group::int)
)
