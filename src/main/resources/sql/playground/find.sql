select 1 from pg_database where datname = 'sequin_playground'
