-- Begins to read tables, from the start also where that was done or cancelled before.
insert into wadi.backfills (slot, pipeline, source_table_schema, source_table_name)
select :?slot::text, :?pipeline::text, schema, name
from unnest(:?schemas::text[], :?names::text[]) as given (schema, name)
on conflict (slot, pipeline, source_table_schema, source_table_name) do update
set id = default, source_table_oid = null, key_columns = null, last_key = null, rows = 0, state = 'running', reason = '',
  started_at = now(), finished_at = null
