drop table if exists {ledger}
