"""Projects whose answers show rows by several schemas pass their own tests, with two users."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.project_tests import run_tests
from tests.support.thoroughness import long
from tests.workbench.foreign.test_inline_rows import inline
from tests.workbench.foreign.test_rows_of_collections import contract, creating, listing, notes, showing


def by_hand(root: dict[str, Any]) -> dict[str, Any]:
    """The contract with two resources, of which one shows the rows of the other."""
    schemas = root["components"]["schemas"]
    for name in ("Note", "Whole"):
        schemas[name]["x-resource"] = {}
        schemas[name]["properties"]["id"] = {"type": "integer", "readOnly": True}
    schemas["Whole"]["properties"]["updatedAt"]["readOnly"] = True
    return root | {
        "x-problems": "standard",
        "security": [{"token": []}],
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


TITLE = {"name": "title", "in": "query", "required": True, "schema": {"type": "string"}}
CONTRACTS = {
    "a larger one": contract(notes("Short", "Whole", "Note")),
    "one with what only requests have": contract(
        notes("Note", "Note", "WithPrompt")
        | {
            "/notes": {"post": creating("WithPrompt", "WithPrompt")},
            "/notes/{id}": {"get": showing("Note"), "put": {**creating("Note"), **showing("WithPrompt")}},
        },
        required=True,
    ),
    "inline ones": inline(notes("Short", "Whole", "Note"), required=True),
    "two lists of which one requires a filter": contract(
        notes("Note", "", "Note") | {"/notes/found": {"get": {**listing("Note"), "parameters": [TITLE]}}}
    ),
    "another resource": by_hand(contract(notes("Note", "Whole", "Note"))),
}


@pytest.mark.parametrize("name", ["a larger one", *map(long, [*CONTRACTS][1:])])
def test_rows_are_answered_as_each_schema_says(
    imported_project: Callable[[str, str], Path], name: str
) -> None:
    database = f"views_{[*CONTRACTS].index(name)}"
    folder = imported_project(yaml.safe_dump(CONTRACTS[name], sort_keys=False), database)

    done = run_tests(folder, "-k", "not random")

    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
