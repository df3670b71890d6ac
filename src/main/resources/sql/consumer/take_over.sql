update wadi.consumer_groups
set epoch = epoch + 1, owner_url = :?owner_url::text, owner_process = :?owner_process::uuid, owned_since = now()
where id = :?group::int
returning epoch, ack_key, (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms
