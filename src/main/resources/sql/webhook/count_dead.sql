select w.name, count(d.seq) as dead
  from wadi.webhooks w
  join wadi.consumer_groups g on g.name = w.group_name
  join wadi.group_dead d on d.group_id = g.id
 group by w.name
