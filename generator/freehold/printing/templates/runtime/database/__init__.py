"""PostgreSQL: connections, compiled statements, retries; nothing here knows of owners."""
