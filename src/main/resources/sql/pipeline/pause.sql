insert into wadi.pipeline_states (slot, pipeline, state)
values (:?slot::text, :?pipeline::text, 'paused')
on conflict (slot, pipeline) do update
set state = 'paused', revision = pipeline_states.revision + 1, changed_at = now()
