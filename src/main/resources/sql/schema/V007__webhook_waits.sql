-- A receiver that asked by Retry-After to be left alone is left alone after a restart too.
alter table wadi.webhooks add column waits_until timestamptz;
