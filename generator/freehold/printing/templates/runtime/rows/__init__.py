"""Tables and repositories: the owner condition, the statement guard, pagination, idempotency keys."""
