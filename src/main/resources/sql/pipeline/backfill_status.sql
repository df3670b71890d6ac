-- What is reported of a pipeline's backfill: of its tables the one that is read, and what is worst of those that were.
select
  case
    when bool_or(state = 'running') then 'running'
    when bool_or(state = 'failed') then 'failed'
    when bool_or(state = 'cancelled') then 'cancelled'
    else 'done'
  end as state,
  coalesce(string_agg(nullif(reason, ''), '; ' order by id), '') as reason,
  (array_agg(source_table_schema order by id) filter (where state = 'running'))[1] as table_schema,
  (array_agg(source_table_name order by id) filter (where state = 'running'))[1] as table_name,
  count(*) as tables,
  count(*) filter (where state <> 'running') as tables_finished,
  sum(rows)::bigint as rows,
  min(started_at) as started_at,
  case when bool_and(state <> 'running') then max(finished_at) end as finished_at
from wadi.backfills
where slot = :?slot::text and pipeline = :?pipeline::text
having count(*) > 0
