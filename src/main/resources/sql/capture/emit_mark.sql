select pg_logical_emit_message(true, :?prefix::text, :?id::text)
