"""Every value of an enum is taken and comes back, whatever is in it: in the CHECK of its column, too."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.support.service import Database
from tests.support.tool import freehold
from tests.values.contracts import Entry
from tests.values.json_text import Json, same
from tests.values.refusals import sieved_service
from tests.values.served import Answer, Question, ask

TEXTS = [
    ":name", " :z", "a b :c", "-:y", "(:z", ":1", "\\:c", "\\\\:d", "a::text", "::", ":", "x:y", ":a:", "%",
    "%%s", "%(a)s", "it's", '"', "\\", "a\\b", "$1", "{a}", "--", "/*", "NULL", "null", "é", "😀", " ", "",
]  # fmt: skip
ENUMS: dict[str, Json] = {
    "texts": {"type": "string", "enum": TEXTS},
    "constant": {"const": "a:b :c"},
    "nullableTexts": {"type": ["string", "null"], "enum": [":a", None, "b:c"]},
    "mixed": {"type": "number", "enum": [1, Decimal("1.5"), Decimal("0.1")]},
    "exponents": {"type": "number", "enum": [100, Decimal("-0.5"), 7]},
    "choice": {"anyOf": [{"type": "number", "enum": [2, Decimal("2.5")]}, {"type": "null"}]},
    "whole": {"type": "integer", "enum": [1, 0, -7]},
    "largest": {"type": "integer", "enum": [2**63 - 1, -(2**63)]},
    "largestOf32": {"type": "integer", "format": "int32", "enum": [2**31 - 1, -(2**31)]},
    "largestOnes": {"type": "integer", "const": 2**63 - 1},
}
POINTS: dict[str, Json] = {
    "points": {"type": "integer", "enum": [1.0, 2]},
    "nullablePoints": {"type": ["integer", "null"], "enum": [3.0, None]},
    "constantPoint": {"type": "integer", "const": 5.0},
    "elements": {"type": "array", "items": {"type": "integer", "enum": [7.0, 8]}},
}
"""Integers with a point, which are sent and answered without one."""
BEYOND: dict[str, tuple[Json, Json]] = {
    "large": ({"type": "integer", "maximum": 1e30}, 2**63),
    "small": ({"type": "integer", "minimum": -1e30}, -(2**63) - 1),
    "exclusive": ({"type": "integer", "exclusiveMaximum": 2**63 + 1}, 2**63),
    "of32": ({"type": "integer", "format": "int32", "maximum": 2**40}, 2**31),
    "nullable": ({"type": ["integer", "null"], "maximum": 1e30}, 10**29),
    "listed": ({"type": "array", "items": {"type": "integer", "maximum": 1e30}}, [2**63]),
}
"""Limits beyond those of a column, with a value in between."""


def _values(schema: Json) -> list[Json]:
    if "items" in schema:
        return [_values(schema["items"])]
    choices = schema.get("enum") or [schema["const"]] if "anyOf" not in schema else schema["anyOf"][0]["enum"]
    return [value for value in choices if value is not None]


def test_the_values_of_an_enum_are_taken(tmp_path: Path, empty_database: Callable[[], Database]) -> None:
    entries = [Entry(name, schema, inline=True) for name, schema in ENUMS.items()]

    with sieved_service(entries, tmp_path, empty_database) as (sieved, service):
        asked = [
            Question(sieved.contract.paths[entry.name], entry.name, value)
            for entry in entries
            for value in _values(entry.schema)
        ]
        answers = ask(service, asked)
        freehold(tmp_path, service.database.url, "migrate check")

    assert not sieved.refused
    assert not sieved.crashed
    wrong = [
        f"{question.name} {question.value!r}: {answer.status} {answer.text[:100]}"
        for question, answer in zip(asked, answers, strict=True)
        if answer.status != 201 or not same(question.value, answer.found)
    ]
    assert wrong == []


def test_integers_with_a_point_come_back_without_it(
    tmp_path: Path, empty_database: Callable[[], Database]
) -> None:
    entries = [Entry(name, schema, inline=True) for name, schema in POINTS.items()]

    with sieved_service(entries, tmp_path, empty_database) as (sieved, service):
        asked = [
            Question(sieved.contract.paths[entry.name], entry.name, sent)
            for entry in entries
            for value in _values(entry.schema)
            for sent in (value, whole(value))
        ]
        answers = ask(service, asked)

    assert not sieved.refused
    assert [answer.text for answer in answers if answer.status != 201 or ".0" in answer.text] == []


def test_integers_beyond_their_column_are_refused_with_their_place(
    tmp_path: Path, empty_database: Callable[[], Database]
) -> None:
    entries = [Entry(name, schema, inline=True) for name, (schema, _) in BEYOND.items()]

    with sieved_service(entries, tmp_path, empty_database) as (sieved, service):
        asked = [Question(sieved.contract.paths[name], name, value) for name, (_, value) in BEYOND.items()]
        answers = ask(service, asked)

    assert not sieved.refused
    wrong = [
        (name, answer) for name, answer in zip(BEYOND, answers, strict=True) if not _is_placed(name, answer)
    ]
    assert wrong == []


def _is_placed(name: str, answer: Answer) -> bool:
    return answer.status == 422 and f"/{name}" in answer.text


def whole(value: Json) -> Json:
    return [int(each) for each in value] if isinstance(value, list) else int(value)
