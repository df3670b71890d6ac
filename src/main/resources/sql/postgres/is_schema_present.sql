-- The last table that retention looks at without being told of it; a migration makes them in one transaction.
select to_regclass('wadi.consumer_groups') is not null as present
