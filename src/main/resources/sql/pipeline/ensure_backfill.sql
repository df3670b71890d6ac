-- Begins to read tables that were never read for this pipeline.
insert into wadi.backfills (slot, pipeline, source_table_schema, source_table_name)
select :?slot::text, :?pipeline::text, schema, name
from unnest(:?schemas::text[], :?names::text[]) as given (schema, name)
on conflict (slot, pipeline, source_table_schema, source_table_name) do nothing
