-- The latest snapshot and what was settled since.
select n, cursor_seq, settled::text as settled, start_seq, settled_count, settled_squares
from {ledger}
where (epoch, n) >= (select epoch, n from {ledger} where kind = 's' order by epoch desc, n desc limit 1)
order by epoch, n
