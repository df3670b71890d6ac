-- The table before its partition, as everyone does who appends or reads: the other way round, one who has the table waits for
-- the partition while the drop waits for the table.
lock table only {table}, only {partition} in access exclusive mode
