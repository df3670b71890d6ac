select id, pipeline, source_table_schema, source_table_name, source_table_oid, key_columns, last_key
from wadi.backfills
where slot = :?slot::text and state = 'running'
order by id
