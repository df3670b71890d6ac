create table {partition} partition of {table} for values from ('{from}') to ('{to}');
