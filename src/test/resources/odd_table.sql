create type "Цвет ""x""" as enum ('тёмный', 'light', 'b,c\d');
create domain short as varchar(5);
create table "Odd ""Table"", ы" (
  "Второй" timestamptz, "first?" "Цвет ""x""", third bpchar(4), fourth bytea, fifth numeric,
  "where" int[], j jsonb, js json, i interval, b boolean, f float8, d short, t time with time zone,
  m money, u uuid, x xml, v varbit, r int4range, n text,
  total int generated always as (1) stored,
  primary key ("first?", "Второй", third, fourth, fifth, d)
);
alter table "Odd ""Table"", ы" replica identity full;
insert into "Odd ""Table"", ы"
select timestamptz '2024-03-01 00:00:00.000001+03' + n * interval '1 day 1 microsecond',
  (array['тёмный', 'light', 'b,c\d']::"Цвет ""x"""[])[n % 3 + 1], n % 7 || ',', decode(md5((n % 5)::text), 'hex'),
  n / 4.0, array[n, null], jsonb_build_object('k', n), '{"a" :  1}', n * interval '1 hour', n % 2 = 0,
  n / 3.0::float8, 'd' || n % 10, '10:00:00+05', n::text::money, md5(n::text)::uuid, '<a/>', b'101',
  int4range(n, n + 3), case when n % 2 = 0 then repeat('long ', 3000) end
from generate_series(1, 60) n;
insert into "Odd ""Table"", ы" ("Второй", "first?", third, fourth, fifth, d, f)
values ('infinity', 'light', '', '', 'NaN', '', 'NaN'),
  ('0044-03-15 00:00:00+00 BC', 'light', 'z', '\x00', '-0', 'e', '-0'),
  ('-infinity', 'b,c\d', '\,', '\xff', 1e30, ',', 'infinity');
