-- From Postgres 17 on: standbys that synchronise their slots take it over.
select pg_create_logical_replication_slot(:?slot, 'pgoutput', false, false, true)
