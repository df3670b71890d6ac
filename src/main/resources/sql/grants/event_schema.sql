-- To make event tables there through API and console; without "create" make them with: wadi ddl
grant usage, create on schema {schema} to {role};
