-- What is stored is told to the slot, and acks are answered, so a commit must outlive a crash of the server whatever role or
-- database are set to. Any other level stays as it is.
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'
