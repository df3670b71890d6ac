-- How far back events go. Both ends come from the primary key, whatever the table's size.
select
  (select min(id) from {table}) as first_id,
  (select max(id) from {table}) as last_id,
  (select committed_at from {table} order by id limit 1) as first_committed_at,
  (select committed_at from {table} order by id desc limit 1) as last_committed_at
