-- Moves a slot's position forward, never backward. A slot of that name in another database is refused by the primary key.
insert into wadi.positions (slot, source_database_id, lsn)
select :?slot::text, :?source_database_id::uuid,
  pg_lsn '0/0' + case when lsn < 0 then lsn + 18446744073709551616 else lsn end
from (values (:?position::bigint)) as reached (lsn)
on conflict (slot, source_database_id) do update
set lsn = excluded.lsn, updated_at = now()
where positions.lsn < excluded.lsn
returning lsn
