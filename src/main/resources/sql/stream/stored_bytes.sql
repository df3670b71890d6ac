-- What an event takes in the table, which is known without reading a large value. What is compressed is taken for
-- eight times that: seldom less than it is, and at the very worst a tenth or a thirtieth of it.
pg_column_size(record) * case when pg_column_compression(record) is null then 1 else 8 end
    + coalesce(pg_column_size(changes) * case when pg_column_compression(changes) is null then 1 else 8 end, 0)
