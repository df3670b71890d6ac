truncate {ledger}
