-- Values arrive as the session of the replication connection prints them, whatever role and database are set to.
-- lc_monetary is left alone: it says what currency a sum of money is in.
set statement_timeout = 0;
set timezone = 'UTC';
set datestyle = 'ISO, MDY';
set intervalstyle = 'postgres';
set bytea_output = 'hex';
set extra_float_digits = 1;
set search_path = "$user", public
