update wadi.webhooks set disabled_reason = null, waits_until = null, updated_at = now() where name = :?name
