-- One statement of one session after the events are committed: appends themselves never wait for the lock of notify.
select pg_notify('wadi_appended', name) from unnest(:?names::text[]) as name
