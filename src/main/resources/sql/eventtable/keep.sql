-- Keeps changes until their pipeline is resumed; a replay of a change that is there already is left out.
insert into wadi.kept_changes (
  slot, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, changes,
  unavailable, committed_at, source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations
)
select :?slot::text, :?pipeline::text, table_oid, table_schema, table_name, action, record_pk, record, changes,
  unavailable::text[],
  timestamptz 'epoch'
    + committed_at_micros / 3600000000 * interval '1 hour'
    + committed_at_micros % 3600000000 * interval '1 microsecond',
  pg_lsn '0/0' + case when lsn < 0 then lsn + 18446744073709551616 else lsn end,
  ordinal, transaction_id, transaction_annotations
from unnest(
  :?table_oids::bigint[],
  :?table_schemas::text[],
  :?table_names::text[],
  :?actions::text[],
  :?record_pks::text[],
  :?records::text[],
  :?changes::text[],
  :?unavailable::text[],
  :?committed_at_micros::bigint[],
  :?lsns::bigint[],
  :?ordinals::int[],
  :?transaction_ids::bigint[],
  :?transaction_annotations::text[]
) with ordinality as given (
  table_oid, table_schema, table_name, action, record_pk, record, changes, unavailable, committed_at_micros, lsn,
  ordinal, transaction_id, transaction_annotations, place
)
order by place
on conflict (slot, pipeline, source_lsn, source_lsn_ordinal, committed_at) do nothing
