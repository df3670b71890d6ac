-- Commit times can go back a little: events of a lower id that the day's neighbours hold leave with the partition.
delete from {table} where id <= :?last_id::bigint and tableoid <> :?partition::oid
