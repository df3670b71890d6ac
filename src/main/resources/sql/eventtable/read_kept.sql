-- The oldest changes that wait for a pipeline: at least one, and no more than 32 MB where there are several.
select id, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, changes, unavailable,
  (extract(epoch from committed_at) * 1000000)::bigint as committed_at_micros,
  case when distance >= 9223372036854775808 then distance - 18446744073709551616 else distance end::bigint as lsn,
  source_lsn_ordinal, transaction_id, transaction_annotations
from (
  select id, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, changes, unavailable,
    committed_at, source_lsn - pg_lsn '0/0' as distance, source_lsn_ordinal, transaction_id, transaction_annotations,
    sum(
      octet_length(record)::bigint + coalesce(octet_length(changes), 0)
        + coalesce(octet_length(transaction_annotations), 0)
    ) over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
  from wadi.kept_changes
  where slot = :?slot::text and pipeline = :?pipeline::text
  order by id
  limit :?limit::int
) as oldest
where coalesce(bytes_before, 0) < 33554432
order by id
