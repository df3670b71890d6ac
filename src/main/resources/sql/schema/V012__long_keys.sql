-- A key that columns group by may be longer than an entry of an index may be, which is 2,704 bytes.
alter table wadi.group_parked drop constraint group_parked_pkey;
alter table wadi.group_parked add column short_key text not null generated always as (
  case when octet_length(key) <= 2000 then key else md5(key) end
) stored;
alter table wadi.group_parked add primary key (group_id, source_database_id, source_table_oid, short_key);
