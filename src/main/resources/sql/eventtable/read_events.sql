-- Events after an id, in id order. The primary key gives the order; the filters only leave events out. Of large
-- events only the first are read, as many as fit into that many bytes; one always.
select *
from (
  select
    page.*,
    sum(octet_length(record)::bigint + coalesce(octet_length(changes), 0))
      over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
  from (
    select
      id, seq, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record::text as record,
      changes::text as changes, action, committed_at, inserted_at, source_lsn::text as source_lsn, source_lsn_ordinal,
      transaction_id, transaction_annotations::text as transaction_annotations, unavailable
    from {table}
    where id > :?after::bigint
      and (:?record_pk::text is null or record_pk = :?record_pk::text)
      and (:?action::text is null or action = :?action::text)
      and (:?source_schema::text is null or source_table_schema = :?source_schema::text)
      and (:?source_name::text is null or source_table_name = :?source_name::text)
    order by id
    limit :?limit::int
  ) as page
) as sized
where coalesce(bytes_before, 0) < :?most_bytes::bigint
order by id
