"""Every value of an enum is taken and comes back, whatever is in it: in the CHECK of its column, too."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.support.service import Database
from tests.support.tool import freehold
from tests.values.contracts import Entry
from tests.values.json_text import Json, same
from tests.values.refusals import sieved_service
from tests.values.served import Question, ask

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
}


def _values(schema: Json) -> list[Json]:
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
