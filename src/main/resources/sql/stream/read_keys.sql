-- The next events of some keys, for each from where it stands, until that many bytes are full; needs index
-- (source_table_oid, record_pk, id), or with columns one on their expressions and id.
select place, id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record::text, changes::text,
  action, (extract(epoch from committed_at) * 1000000)::bigint, source_lsn::text, source_lsn_ordinal,
  transaction_annotations::text,
  {key} as key, total_bytes
from (
  select wanted.place, found.*,
    sum(bytes) over (order by wanted.place, found.id rows unbounded preceding) as total_bytes
  from unnest(
    :?databases::text[]::uuid[], :?table_oids::bigint[], :?keys::text[], :?firsts::bigint[], :?lasts::bigint[],
    :?limits::int[]
  ) with ordinality as wanted (database_id, table_oid, key, first, last, most, place)
  cross join lateral (
    select id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, changes, action,
    committed_at, source_lsn, source_lsn_ordinal, transaction_annotations,
      {bytes} as bytes
    from {table}
    where {same_key} and id between wanted.first and wanted.last
    order by id
    limit wanted.most
  ) as found
) as event
where total_bytes - bytes < :?most_bytes::bigint
order by place, id
