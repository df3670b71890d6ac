-- A range of events by id, from its beginning on until that many bytes are full. Ids are dense, so the caller gets
-- exactly what is there or knows that something is missing.
select id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record::text, changes::text,
  action, (extract(epoch from committed_at) * 1000000)::bigint, source_lsn::text, source_lsn_ordinal,
  transaction_annotations::text,
  {key} as key
from (
  select id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, changes, action,
    committed_at, source_lsn, source_lsn_ordinal, transaction_annotations,
    sum({bytes})
      over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
  from {table}
  where id between :?first::bigint and :?last::bigint
) as event
where coalesce(bytes_before, 0) < :?most_bytes::bigint
order by id
