do $wadi$
begin
  if not exists (
    select from pg_publication_tables
    where pubname = {publication_text} and schemaname = {schema_text} and tablename = {name_text}
  ) then
    alter publication {publication} add table {table};
  end if;
end
$wadi$;
