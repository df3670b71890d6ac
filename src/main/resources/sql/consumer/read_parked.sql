select source_database_id, source_table_oid, key, head_seq, attempts,
  (extract(epoch from not_before) * 1000)::bigint as not_before_ms, last_error
from wadi.group_parked
where group_id = :?group::int
