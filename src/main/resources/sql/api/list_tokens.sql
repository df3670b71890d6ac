select name, hash, scopes, created_at
from wadi.api_tokens
order by name
