-- What the log knows of rows at a time: the last event of each until then, or the first after it where there is none.
--
-- A row whose key was changed since has its later events under the new key, and only their old values tell. Looking for them
-- has no index, so it ends after a number of events; covered says whether those were all.
--
-- Of large rows only the first are told, as many as fit into that many bytes; one always.
--
-- Before an insert a row was absent, if its table was captured then and nothing between could have taken an earlier row of
-- that key away without an event of that key: a truncate, a delete that carries no key, or a change of the key, which is
-- looked for likewise, backward.
--
-- Tables are told by their oids, which are unique within a database only; whether there are several is read from the ends
-- of the unique key's index.
with
  keyless as materialized (
    select coalesce(max(id) filter (where action = 'truncate' and committed_at <= :?at::timestamptz), 0) as truncate_id,
      coalesce(max(id) filter (where action = 'delete' and committed_at <= :?at::timestamptz), 0) as delete_id,
      min(id) filter (where committed_at > :?at::timestamptz) as next_id
    from {table}
    where source_table_oid = any (:?table_oids::bigint[])
      and record_pk = ''
      and action in ('truncate', 'delete')
  ),
  captured as materialized (
    select oid
    from unnest(:?table_oids::bigint[]) as oid
    where exists (
      select from {table} as e where e.source_table_oid = oid and e.committed_at <= :?at::timestamptz
    )
  ),
  found as materialized (
    select asked.record_pk, asked.place, past.id, past.action, past.committed_at, past.record, past.unavailable,
      future.id as next_id, future.action as next_action, future.committed_at as next_committed_at,
      future.source_table_oid as next_oid
    from unnest(:?record_pks::text[]) with ordinality as asked (record_pk, place)
    left join lateral (
      select id, action, committed_at, record, unavailable
      from {table} as e
      where e.source_table_oid = any (:?table_oids::bigint[])
        and e.record_pk = asked.record_pk
        and e.action <> 'truncate'
        and e.committed_at <= :?at::timestamptz
      order by id desc
      limit 1
    ) as past on true
    left join lateral (
      select id, action, committed_at, source_table_oid
      from {table} as e
      where past.id is null
        and e.source_table_oid = any (:?table_oids::bigint[])
        and e.record_pk = asked.record_pk
        and e.action <> 'truncate'
      order by id
      limit 1
    ) as future on true
  ),
  searched as materialized (
    select min(id) as after_id, min(id) + :?search_limit::bigint as to_id from found
  ),
  moved as materialized (
    select distinct on (found.record_pk) found.record_pk, event.record_pk as moved_to
    from searched
    join {table} as event on event.id > searched.after_id and event.id <= searched.to_id
    cross join lateral (
      select string_agg(
        replace(replace(coalesce(event.changes ->> name, event.record ->> name, ''), '\', '\\'), ',', '\,'),
        ',' order by place
      ) as record_pk
      from unnest(:?key_columns::text[]) with ordinality as key_column (name, place)
    ) as old
    join found on found.record_pk = old.record_pk and found.id < event.id
    where event.source_table_oid = any (:?table_oids::bigint[])
      and event.action = 'update'
      and event.committed_at <= :?at::timestamptz
      and jsonb_exists_any(event.changes, :?key_columns::text[])
    order by found.record_pk, event.id
  ),
  searched_back as materialized (
    select max(next_id) - :?search_limit::bigint as after_id, max(next_id) as to_id
    from found
    where id is null and next_action = 'insert'
  ),
  moved_away as materialized (
    select distinct found.record_pk
    from searched_back
    join {table} as event on event.id > searched_back.after_id and event.id < searched_back.to_id
    cross join lateral (
      select string_agg(
        replace(replace(coalesce(event.changes ->> name, event.record ->> name, ''), '\', '\\'), ',', '\,'),
        ',' order by place
      ) as record_pk
      from unnest(:?key_columns::text[]) with ordinality as key_column (name, place)
    ) as old
    join found on found.record_pk = old.record_pk and found.id is null and event.id < found.next_id
    where event.source_table_oid = any (:?table_oids::bigint[])
      and event.action = 'update'
      and event.committed_at > :?at::timestamptz
      and jsonb_exists_any(event.changes, :?key_columns::text[])
  )
select *
from (
  select
    state.*,
    sum(coalesce(octet_length(record), 0)::bigint)
      over (order by place rows between unbounded preceding and 1 preceding) as bytes_before
  from (
    select found.place, found.record_pk, found.id, found.action, found.committed_at, found.record::text as record, found.unavailable,
      found.next_id, found.next_action, found.next_committed_at, moved.moved_to,
      coalesce(found.id < keyless.truncate_id, false) as truncated,
      coalesce(found.id < keyless.delete_id, false) as deleted_without_key,
      (
        select source_database_id
        from {table}
        where source_database_id > (select source_database_id from {table} order by source_database_id limit 1)
        order by source_database_id
        limit 1
      ) is not null as several_databases,
      cardinality(:?key_columns::text[]) > 0 and case
        when found.id is not null then searched.to_id >= (select max(id) from {table})
        else coalesce(
          (select committed_at from {table} where id <= searched_back.after_id order by id desc limit 1)
            <= :?at::timestamptz,
          true
        )
      end as covered,
      found.next_action = 'insert' and found.next_oid in (select oid from captured)
        and coalesce(found.next_id < keyless.next_id, true)
        and found.record_pk not in (select record_pk from moved_away) as inserted_later
    from found
    cross join keyless
    cross join searched
    cross join searched_back
    left join moved on moved.record_pk = found.record_pk
  ) as state
) as sized
where coalesce(bytes_before, 0) < :?most_bytes::bigint
order by place
