"""Overrides of someone who wants the rows of other owners."""

from tests.hostile_overrides.corpus.hostile import (
    claims,
    compiled_types,
    conditions,
    functions,
    operators,
    process_wide,
    raw_sql,
    repositories,
    row_classes,
    shared_resources,
    subqueries,
    writes,
)
from tests.hostile_overrides.entry import Override

THEMES: dict[str, list[Override]] = {
    "functions": functions.OVERRIDES,
    "operators": operators.OVERRIDES,
    "raw SQL": raw_sql.OVERRIDES,
    "types and elements": compiled_types.OVERRIDES,
    "subqueries and joins": subqueries.OVERRIDES,
    "inserts and updates": writes.OVERRIDES,
    "owner conditions": conditions.OVERRIDES,
    "repository classes": repositories.OVERRIDES,
    "row classes": row_classes.OVERRIDES,
    "shared resources": shared_resources.OVERRIDES,
    "claims": claims.OVERRIDES,
}
PROCESS_WIDE: list[Override] = process_wide.OVERRIDES
