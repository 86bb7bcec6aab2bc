"""A pattern that begins with lookahead is read as several patterns that accept the same texts."""

import json
import random
import re
from typing import Any

import pytest

from freehold.contract.rows.column_types import column_type, contract_schemas
from freehold.contract.samples.maker import Maker
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import Load, before, changed

PASSWORDS = [
    r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).*$",
    r"^(?=.*[A-Za-z])(?=.*\d)[A-Za-z\d]{8,}$",
    r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{8,}$",
    r"^(?=.*[0-9])(?=.*[!@#\$%\^&\*])(?=.{8,20}$).+",
    r"^(?!.*\s)(?=.*[\]\[)(|]).{3,}$",
]
OTHERS = [
    r"^(?!admin$|root$)[a-z]+$",
    r"^(?!-)[a-z-]{1,9}$",
    r"^(?=a|b)\w",
    r"^(?=(?:a|b)c)\w+$",
    r"^(?=\(|\[\)]).",
    r"^(?=a)",
]
KEPT = [
    r"(?=.*\d).{8,}",
    r"^(?=a)b|c",
    r"^a(?=b)",
    r"^(?=(?!a)b)b",
    r"^(?=a)*b",
    r"^(?<=a)b",
    r"^(?=(a))\1",
    r"^(?=a",
]
PIECES = [
    "a",
    "b",
    "c",
    "A",
    "Z",
    "1",
    "9",
    "!",
    "@",
    "-",
    "(",
    "[",
    "]",
    " ",
    ".",
    "+",
    "|",
    "admin",
    "root",
]


def loaded(load: Load, **schemas: dict[str, Any]) -> Any:
    """The normal form of properties of a row."""
    lines = "".join(f"        {name}: {json.dumps(schema)}\n" for name, schema in schemas.items())
    return load(changed(before(c.ID, lines)))


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize("pattern", [*PASSWORDS, *OTHERS])
def test_the_same_texts_are_accepted(load: Load, pattern: str, *, null: bool) -> None:
    kinds = ["string", "null"] if null else "string"
    document = loaded(load, secret={"type": kinds, "pattern": pattern, "maxLength": 40})

    pointer = "/components/schemas/Task/properties/secret"
    validator = contract_schemas(document).validator(pointer)

    assert registry.problems_of("FH208", document) == []
    assert column_type(document.node_at(pointer)).column == "String(40)"
    chance, accepted = random.Random(pattern), set()
    texts = ["".join(chance.choices(PIECES, k=chance.randrange(13))) for _ in range(2000)]
    for text in [*texts, "Tomato77!", "Tomato77", "aA1", "admin", "root", "12", "-"]:
        matches = len(text) <= 40 and re.search(pattern, text, re.ASCII) is not None
        accepted.add(matches)
        assert validator.is_valid(text) is matches, text
    assert accepted == {True, False}
    assert validator.is_valid(None) is null


@pytest.mark.parametrize("pattern", KEPT)
def test_other_lookaround_is_refused(load: Load, pattern: str) -> None:
    document = loaded(load, secret={"type": "string", "pattern": pattern})

    assert len(registry.problems_of("FH208", document)) == 1


@pytest.mark.parametrize("pattern", PASSWORDS[:4])
def test_a_password_has_a_sample(load: Load, pattern: str) -> None:
    document = loaded(load, secret={"type": "string", "pattern": pattern})

    made = Maker().sample(document.node_at("/components/schemas/Task/properties/secret"), "secret")

    assert re.search(pattern, made)


@pytest.mark.parametrize("place", ["404", "default"])
def test_a_schema_of_any_response_is_read(load: Load, place: str) -> None:
    schema = json.dumps({"type": "object", "properties": {"a": {"type": "string", "pattern": "^(?!a)b"}}})
    response = f"{{description: D, content: {{application/json: {{schema: {schema}}}}}}}"

    document = load(changed(before(c.GONE, f'        "{place}": {response}\n')))

    assert registry.problems_of("FH208", document) == []


def test_data_that_looks_like_a_schema_stays(load: Load) -> None:
    value = {"type": "string", "pattern": "^(?!a)b"}
    document = loaded(load, secret={"type": "object", "example": value, "default": value, "enum": [value]})

    secret = document.root["components"]["schemas"]["Task"]["properties"]["secret"]
    assert (secret["example"], secret["default"], secret["enum"]) == (value, value, [value])
