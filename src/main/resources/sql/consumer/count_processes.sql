select count(*) from pg_locks
where locktype = 'advisory' and classid = 7332 and objid = 0 and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())
