do $wadi$
begin
  if not exists (select from pg_roles where rolname = {role_text}) then
    create role {role};
  end if;
end
$wadi$;

-- Its password is yours to set; in psql: \password {role}
alter role {role} login;
