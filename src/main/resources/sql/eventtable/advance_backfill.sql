-- Notes how far a table has been read, with the events of the rows up to there. No row is returned if someone else has come
-- further or it was cancelled; then the events must not stay either. Nor is one if the slot's position is beyond the mark
-- that the rows belong to: a process that was taken for dead and wakes late would store them behind newer changes.
update wadi.backfills as b
set source_table_oid = :?oid::bigint, key_columns = :?key_columns::text[], last_key = :?last_key::text[],
  rows = rows + :?rows::bigint, state = case when :?last::boolean then 'done' else 'running' end,
  finished_at = case when :?last::boolean then now() end
where id = :?id::bigint and state = 'running' and last_key is not distinct from :?after::text[]
  and not exists (select from wadi.positions as p where p.slot = b.slot and p.lsn > :?reached::pg_lsn)
returning id
