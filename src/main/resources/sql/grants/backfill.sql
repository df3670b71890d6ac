-- The pipeline says backfill: true, so the rows that are there are read once.
grant usage on schema {schema} to {role};
do $wadi$
begin
  if to_regclass({table_text}) is not null then
    grant select on {table} to {role};
  end if;
end
$wadi$;
