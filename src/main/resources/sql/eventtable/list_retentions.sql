-- How long event tables keep their events, as the comment on each says, where its owner sees and changes it.
select
  known.name,
  substring(
    obj_description(to_regclass(known.quoted_name), 'pg_class') from '^wadi: .*retention ([1-9][0-9]{0,5}) days'
  )::int as retention_days
from unnest(:?names::text[], :?quoted_names::text[]) as known (name, quoted_name)
order by known.name
