"""PostgreSQL: the connection pool, compiled statements, transactions, retries. Owners are unknown here."""
