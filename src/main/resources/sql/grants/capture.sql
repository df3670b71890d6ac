-- Reads the WAL. On Amazon RDS that is given by a role.
do $wadi$
begin
  if exists (select from pg_roles where rolname = 'rds_replication') then
    grant rds_replication to {role};
  else
    alter role {role} replication;
  end if;
end
$wadi$;

-- The publication stays yours, so Wadi needs no right on the tables in it.
do $wadi$
begin
  if not exists (select from pg_publication where pubname = {publication_text}) then
    create publication {publication} with (publish_via_partition_root = true);
  end if;
end
$wadi$;
