-- Counts this process among those that serve groups, until its session ends.
select pg_advisory_lock_shared(7332, 0)
