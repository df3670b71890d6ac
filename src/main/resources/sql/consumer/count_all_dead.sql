select group_id, count(*) from wadi.group_dead group by group_id
