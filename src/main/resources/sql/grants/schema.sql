-- Wadi's own tables: it makes and changes them itself.
create schema if not exists wadi authorization {role};
grant usage, create on schema wadi to {role};

do $wadi$
declare
  made_by_another regclass;
begin
  for made_by_another in
    select oid from pg_class
    where relnamespace = 'wadi'::regnamespace and relkind in ('r', 'p') and pg_get_userbyid(relowner) <> {role_text}
  loop
    execute format('alter table %s owner to %I', made_by_another, {role_text});
  end loop;
end
$wadi$;
