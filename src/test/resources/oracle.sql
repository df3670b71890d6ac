-- What Postgres itself says of each row that changes, within the transaction that changes it.
create table oracle (
  id bigint generated always as identity primary key,
  action text not null,
  record jsonb not null,
  changes jsonb
);

create function note() returns trigger
language plpgsql
set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set bytea_output = 'hex'
set extra_float_digits = 1
as $$
begin
  insert into oracle (action, record, changes)
  select lower(tg_op), to_jsonb(coalesce(new, old)),
    case when tg_op = 'UPDATE' then (
      select coalesce(jsonb_object_agg(key, to_jsonb(old) -> key), '{}')
      from json_each(row_to_json(old)) as o
      join json_each(row_to_json(new)) as n using (key)
      where o.value::text <> n.value::text
    ) end;
  return null;
end
$$;
