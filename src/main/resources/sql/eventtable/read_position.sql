-- lsn is the text Postgres writes; position the same as bigint, unsigned, the way the append takes it.
select slot, source_database_id, lsn::text as lsn,
  case when distance >= 9223372036854775808 then distance - 18446744073709551616 else distance end::bigint as position,
  created_at, updated_at
from (
  select slot, source_database_id, lsn, lsn - pg_lsn '0/0' as distance, created_at, updated_at
  from wadi.positions
  where slot = :?slot::text
) as positioned
