-- Append, read, and delete what is past its retention. A table that Wadi makes itself is its own.
do $wadi$
begin
  if to_regclass({table_text}) is not null then
    grant select, insert, delete on {table} to {role};
  end if;
end
$wadi$;
