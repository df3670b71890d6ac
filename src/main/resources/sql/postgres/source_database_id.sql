-- The system identifier is made by initdb and inherited by standbys; md5 only to bring both numbers into the form of a uuid.
select md5(c.system_identifier::text || '/' || d.oid::text)::uuid as id
from pg_control_system() as c
cross join pg_database as d
where d.datname = current_database()
