-- The next events of some keys, for each from where it stands; needs index (source_table_oid, record_pk, id).
select wanted.place, event.*
from unnest(
  :?databases::text[]::uuid[], :?table_oids::bigint[], :?keys::text[], :?firsts::bigint[], :?limits::int[]
) with ordinality as wanted (database_id, table_oid, key, first, most, place)
cross join lateral (
  select id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record::text, changes::text,
  action, (extract(epoch from committed_at) * 1000000)::bigint, source_lsn::text, source_lsn_ordinal,
  transaction_annotations::text,
    {key} as key
  from {table}
  where {same_key} and id between wanted.first and :?last::bigint
  order by id
  limit wanted.most
) as event
order by wanted.place, event.id
