select id, slot, coalesce(source_table, '') as source_table, from_lsn::text as from_lsn, to_lsn::text as to_lsn, reason,
  noticed_at, closed_at
from wadi.gaps
order by id desc
limit :?limit
