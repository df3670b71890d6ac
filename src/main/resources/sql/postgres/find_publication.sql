select puballtables, pubviaroot
from pg_publication
where pubname = :?publication
