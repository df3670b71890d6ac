-- Single events.
select id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record::text, changes::text,
  action, (extract(epoch from committed_at) * 1000000)::bigint, source_lsn::text, source_lsn_ordinal,
  transaction_annotations::text,
  {key} as key
from {table}
where id = any (:?seqs::bigint[])
order by id
