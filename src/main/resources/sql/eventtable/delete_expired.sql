-- Removes the oldest events of a table while they are older than it keeps them and no one waits for them. Commit times can go
-- back a little, so the first event that must stay ends the run: what is kept is all from some id on, as readers rely on.
-- A bounded number at a time, by the primary key: appends never wait for it. Events in partitions of a day stay: those leave
-- with their partition.
with
  oldest as materialized (
    select id, committed_at, tableoid::bigint as part from {table} order by id limit :?limit::int
  ),
  first_kept as materialized (
    select min(id) as id
    from oldest
    where committed_at >= now() - make_interval(days => :?retention_days::int) or id > :?settled::bigint
      or part = any (:?day_partitions::bigint[])
  ),
  deleted as (
    delete from {table} as event
    using first_kept
    where event.id <= (select max(id) from oldest)
      and (first_kept.id is null or event.id < first_kept.id)
    returning event.id
  )
select count(id) as deleted from deleted
