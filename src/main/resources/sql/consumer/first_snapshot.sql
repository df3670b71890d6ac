-- Where a new group starts.
insert into {ledger} (epoch, n, kind, cursor_seq, settled, start_seq, settled_count, settled_squares)
values (0, 0, 's', :?cursor::bigint, '{}', :?cursor::bigint, 0, 0)
