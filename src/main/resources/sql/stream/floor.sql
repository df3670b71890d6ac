-- The oldest event that retention has kept.
select min(id) from {table}
