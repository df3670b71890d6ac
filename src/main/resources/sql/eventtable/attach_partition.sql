-- Made apart and then attached: "create table ... partition of" would lock out whoever appends.
create table {partition} (like {table} including defaults including generated including constraints);

alter table {table} attach partition {partition} for values from ('{from}') to ('{to}');
