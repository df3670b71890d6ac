select setting::bigint / 1000 as seconds from pg_settings where name = 'wal_sender_timeout'
