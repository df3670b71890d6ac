-- Dead letters that are not under way once more.
select count(*)
  from wadi.group_dead d
  join wadi.consumer_groups g on g.id = d.group_id
 where g.name = :?group and d.redriven_at is null
