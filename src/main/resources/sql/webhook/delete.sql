delete from wadi.webhooks where name = :?name
