-- Whether this role may create schema wadi or, where it exists, the tables in it; and what to run if it may not.
select current_user as role, current_database() as database,
  case
    when existing.oid is null then has_database_privilege(current_database(), 'create')
    else has_schema_privilege(existing.oid, 'create') and has_schema_privilege(existing.oid, 'usage')
  end as sufficient,
  case
    when existing.oid is null then format('create schema wadi authorization %I;', current_user)
    else format('grant usage, create on schema wadi to %I;', current_user)
  end as remedy
from (values (0)) as always
left join pg_namespace as existing on existing.nspname = 'wadi'
