select pg_replication_slot_advance(:?slot, :?position::pg_lsn)
