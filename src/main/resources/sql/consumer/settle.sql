-- Appends to the ledger, if the epoch is still the owner's: answers no row otherwise.
insert into {ledger} (epoch, n, kind, cursor_seq, settled, start_seq, settled_count, settled_squares)
select :?epoch::bigint, :?n::bigint, :?kind::text::"char", :?cursor::bigint, :?settled::text::int8multirange,
  :?start::bigint, :?count::bigint, :?squares::bigint
from wadi.consumer_groups
where id = :?group::int and epoch = :?epoch::bigint
