lock table {ledger} in access exclusive mode nowait
