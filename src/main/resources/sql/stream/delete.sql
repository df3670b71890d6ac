-- Deletes a stream that no consumer group reads.
delete from wadi.streams
where name = :?name::text and not exists (select from wadi.consumer_groups where stream = :?name::text)
