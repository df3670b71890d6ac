-- What is stored is told to the slot, and acks are answered, so a commit must outlive a crash of the server whatever role,
-- database or server are set to, now or later. Any other level stays as it is.
select set_config(
  'synchronous_commit',
  case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end,
  false
)
