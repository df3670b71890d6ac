-- Commit times can go back a little: events of a lower id that the day's neighbours hold leave with the partition, which is
-- itself left out by its bounds, so that it is not read while it is locked. A bound that is null is none.
delete from {table}
where id <= :?last_id::bigint
  and (committed_at < :?begins::timestamptz or committed_at >= :?ends::timestamptz)
