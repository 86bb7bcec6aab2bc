"""Rules about limits beside a format whose texts are answered in another form than they were sent."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties, resources
from freehold.contract.rows.column_types import without_null
from freehold.contract.validation.validators import ContractSchemas
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_SCHEMAS = ContractSchemas({"openapi": "3.1.0"})
_LIMITS = ("minLength", "maxLength", "pattern")
_VERSIONS = [f"2eb8aa08-aa98-{version}1ea-b4aa-73b441d16380" for version in "12345678"]
_REWRITTEN = {
    "uuid": [(text.upper(), text) for text in _VERSIONS],
    "date-time": [
        ("2030-01-31T20:15:00.123Z", "2030-01-31T20:15:00.123000Z"),
        ("2030-01-31T20:15:00.000Z", "2030-01-31T20:15:00Z"),
        ("2030-01-31T20:15:00.5Z", "2030-01-31T20:15:00.500000Z"),
        ("2030-01-31T22:15:00+02:00", "2030-01-31T20:15:00Z"),
        ("2030-01-31T20:15:00+00:00", "2030-01-31T20:15:00Z"),
        ("2030-01-31t20:15:00z", "2030-01-31T20:15:00Z"),
        ("2030-01-31t22:15:00+02:00", "2030-01-31T20:15:00Z"),
    ],
    "time": [
        ("20:15:00.123Z", "20:15:00.123000Z"),
        ("20:15:00.000Z", "20:15:00Z"),
        ("20:15:00.5+02:00", "20:15:00.500000+02:00"),
        ("20:15:00z", "20:15:00Z"),
        ("20:15:00+00:00", "20:15:00Z"),
        ("20:15:00+23:00", "21:15:00Z"),
    ],
    "decimal": [("01.5", "1.5"), ("0012", "12"), ("-01", "-1")],
}
"""Texts as they can be sent, and as they are answered."""


def stable_texts(document: Document) -> Iterator[Problem]:
    """What a limit accepts, it also accepts in the form in which the service answers it."""
    seen: set[str] = set()
    for prop in _columns(document):
        schema = without_null(prop)
        limits = {word: schema.value[word] for word in _LIMITS if word in schema.value}
        form = str(schema.get_value("format"))
        if schema.pointer in seen or form not in _REWRITTEN or {"enum", "const"} & schema.value.keys():
            continue
        seen.add(schema.pointer)
        word = _rejecting(limits, form)
        if word is not None:
            answered = f"the service answers a {form} in one form, which {word} can reject"
            fix = "Remove it: the format says what is valid."
            yield (schema.get(word) or schema).problem(answered, fix)


def _columns(document: Document) -> Iterator[Node]:
    """Iterate over the properties of resources and of request bodies, and the items of their arrays."""
    bodies = (operation.row_body() for operation in operations(document))
    for schema in (*resources(document).values(), *bodies):
        for prop in properties(schema).values():
            items = without_null(prop).get("items")
            yield prop
            yield from (items,) if items is not None and isinstance(items.value, dict) else ()


def _rejecting(limits: dict[str, Any], form: str) -> str | None:
    """The first limit that rejects the answer for a text that all of them accept."""
    accepts = _SCHEMAS.compile(limits).is_valid
    for sent, answered in _REWRITTEN[form]:
        if accepts(sent) and not accepts(answered):
            return next(
                word for word in limits if not _SCHEMAS.compile({word: limits[word]}).is_valid(answered)
            )
    return None
