-- Two processes may say the same address, such as http://0.0.0.0:7376 in two containers, or none.
alter table wadi.consumer_groups add column owner_process uuid;

comment on column wadi.consumer_groups.owner_process is 'Tells the process that serves the group from others';
