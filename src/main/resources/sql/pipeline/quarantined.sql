-- Of large changes only the first are read, as many as fit into that many bytes; one always.
select *
from (
  select
    page.*,
    sum(coalesce(octet_length(record::text), 0)::bigint + coalesce(octet_length(changes::text), 0))
      over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
  from (
    select id, pipeline, source_table_schema, source_table_name, action, record_pk, record, changes, error, committed_at,
      quarantined_at
    from wadi.quarantined_changes
    where coalesce(slot, :?slot::text) = :?slot::text and id > :?after::bigint
      and (:?pipeline::text = '' or pipeline = :?pipeline::text)
    order by id
    limit :?limit::int
  ) as page
) as sized
where coalesce(bytes_before, 0) < :?most_bytes::bigint
order by id
