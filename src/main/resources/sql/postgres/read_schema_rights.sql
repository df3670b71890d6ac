-- Whether this role may create schema wadi or, where it exists, create tables in it and change those that are there; and what
-- to run if it may not.
select current_user as role, current_database() as database,
  case
    when existing.oid is null then has_database_privilege(current_database(), 'create')
    else has_schema_privilege(existing.oid, 'create') and has_schema_privilege(existing.oid, 'usage')
      and others.tables is null
  end as sufficient,
  case
    when existing.oid is null then format('create schema wadi authorization %I;', current_user)
    else concat_ws(' ', format('grant usage, create on schema wadi to %I;', current_user), others.tables)
  end as remedy
from (values (0)) as always
left join pg_namespace as existing on existing.nspname = 'wadi'
cross join lateral (
  select string_agg(format('alter table wadi.%I owner to %I;', relname, current_user), ' ' order by relname) as tables
  from pg_class
  where relnamespace = existing.oid and relkind in ('r', 'p') and not pg_has_role(relowner, 'usage')
) as others
