select name, hash, created_at
from wadi.api_tokens
order by name
