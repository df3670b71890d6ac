-- Reads the WAL. On Amazon RDS run instead: grant rds_replication to {role};
alter role {role} replication;

-- The publication stays yours, so Wadi needs no right on the tables in it.
do $wadi$
begin
  if not exists (select from pg_publication where pubname = {publication_text}) then
    create publication {publication} with (publish_via_partition_root = true);
  end if;
end
$wadi$;
