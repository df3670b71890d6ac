create table {ledger} (like wadi.group_ledger including all)
