select id, pipeline, source_table_schema, source_table_name, action, record_pk, record, changes, error, committed_at,
  quarantined_at
from wadi.quarantined_changes
where coalesce(slot, :?slot::text) = :?slot::text and id > :?after::bigint
  and (:?pipeline::text = '' or pipeline = :?pipeline::text)
order by id
limit :?limit::int
