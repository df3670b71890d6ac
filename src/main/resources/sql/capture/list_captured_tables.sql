select table_schema, table_name, table_oid from wadi.captured_tables where slot = :?slot
