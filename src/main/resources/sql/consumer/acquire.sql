-- Ownership is the advisory lock: Postgres frees it when the session ends, however it ends.
select pg_try_advisory_lock(7331, :?group::int)
