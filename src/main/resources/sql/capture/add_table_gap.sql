insert into wadi.gaps (slot, source_table, from_lsn, to_lsn, reason)
values (:?slot, :?table, :?from_lsn::pg_lsn, :?to_lsn::pg_lsn, :?reason)
