create table public.regions (
  id serial primary key,
  name varchar(100),
  timezone text,
  inserted_at timestamp default now(),
  updated_at timestamp default now()
);

-- Old rows in full, so that an update's event can tell what changed.
alter table public.regions replica identity full;

create function public.update_timestamp() returns trigger
language plpgsql as $$
begin
  if new.updated_at is not distinct from old.updated_at then
    new.updated_at = now();
  end if;
  return new;
end
$$;

create trigger update_timestamp
before update on public.regions
for each row execute function public.update_timestamp();

insert into public.regions (name, timezone)
values
  ('us-east-1', 'est'),
  ('us-west-1', 'pst'),
  ('us-west-2', 'pst'),
  ('us-east-2', 'est'),
  ('us-central-1', 'cst');
