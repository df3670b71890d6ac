-- Puts changes aside with the reason; a replay of a change that is there already is left out. It returns rows, if none,
-- because camel-jdbc answers rows only to a statement that does.
insert into wadi.quarantined_changes (
  slot, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, changes,
  committed_at, source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations, unavailable, error
)
select :?slot::text, :?pipeline::text, table_oid, table_schema, table_name, action, record_pk, record, changes,
  timestamptz 'epoch'
    + committed_at_micros / 3600000000 * interval '1 hour'
    + committed_at_micros % 3600000000 * interval '1 microsecond',
  pg_lsn '0/0' + case when lsn < 0 then lsn + 18446744073709551616 else lsn end,
  ordinal, transaction_id, transaction_annotations, unavailable::text[], :?error::text
from unnest(
  :?table_oids::bigint[],
  :?table_schemas::text[],
  :?table_names::text[],
  :?actions::text[],
  :?record_pks::text[],
  :?records::text[],
  :?changes::text[],
  :?committed_at_micros::bigint[],
  :?lsns::bigint[],
  :?ordinals::int[],
  :?transaction_ids::bigint[],
  :?transaction_annotations::text[],
  :?unavailable::text[]
) with ordinality as given (
  table_oid, table_schema, table_name, action, record_pk, record, changes, committed_at_micros, lsn, ordinal,
  transaction_id, transaction_annotations, unavailable, place
)
order by place
on conflict (slot, pipeline, source_lsn, source_lsn_ordinal, committed_at) do nothing
returning id
