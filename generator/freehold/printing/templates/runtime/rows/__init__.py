"""Rows of tables: repositories, the owner condition, the statement guard, pagination, idempotency."""
