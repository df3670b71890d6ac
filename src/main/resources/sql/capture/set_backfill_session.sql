-- A table that is being altered must not be waited for, and row security must not hide rows without a word.
set lock_timeout = '5s';
set idle_in_transaction_session_timeout = 0;
set row_security = off
