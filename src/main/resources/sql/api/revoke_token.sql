delete from wadi.api_tokens
where name = :?name
