-- By the clock of the database, which is the one that events are committed by.
select :?at::timestamptz <= clock_timestamp()
