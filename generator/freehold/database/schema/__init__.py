"""The schema of a database as PostgreSQL describes it, compared with the tables, and proposals of changes."""
