-- The checks that keep an older event table from taking action read.
select conname::text as name
from pg_constraint
where conrelid = to_regclass(:?quoted_event_table::text) and contype = 'c'
  and pg_get_constraintdef(oid) ~ '\maction\M' and pg_get_constraintdef(oid) !~ '''read'''
order by conname
