create table {partition} partition of {table} default;
