"""The connections to PostgreSQL: opened, lent to one request at a time, kept, and discarded."""
