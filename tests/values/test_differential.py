"""Random schemas and values: the served document, the service and what it stored agree.

VALUES=all tries 2,000 schemas with 20 values each, without it a tenth of them, and `make test` a fourth of
those. SEED chooses others.
What a schema allows and PostgreSQL cannot keep is in `storage_limits.LIMITS`, each with its reason.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.support.service import Database
from tests.support.thoroughness import count
from tests.values import random_schemas, random_values, storage_limits
from tests.values.contracts import Entry
from tests.values.document_judge import DocumentJudge
from tests.values.json_text import Json, read, write
from tests.values.refusals import sieved_service
from tests.values.round_trip import comes_back
from tests.values.served import Answer, Question, ask
from tests.values.tally import Tally

_SEED = int(os.environ.get("SEED", "11"))
_CONTRACTS = 10 if os.environ.get("VALUES") == "all" else 1
_SCHEMAS = {  # in each contract of its kind
    "columns": count("VALUES_COLUMNS", short=12, long=100),
    "values": count("VALUES_SCHEMAS", short=9, long=70),
    "columns of 3.0": count("VALUES_COLUMNS_3_0", short=5, long=30),
}
_VALUES = 20

_CASES = [(kind, number) for kind in _SCHEMAS for number in range(_CONTRACTS)]


@pytest.mark.parametrize(("kind", "number"), _CASES)
def test_the_document_the_service_and_the_store_agree(
    kind: str,
    number: int,
    tmp_path: Path,
    empty_database: Callable[[], Database],
    capsys: pytest.CaptureFixture[str],
) -> None:
    random = Random(f"{_SEED} {kind} {number}")  # the same schemas each time
    entries = [_entry(random, kind, f"v{place}") for place in range(_SCHEMAS[kind])]

    tally = _measure(random, entries, "3.0.3" if "3.0" in kind else "3.1.0", tmp_path, empty_database)

    with capsys.disabled():
        print("\n".join(tally.lines(f"Random {kind}, contract {number}")))
    assert not tally.failed, f"{len(tally.failed)} answers of 5xx"
    assert not tally.differing, f"{len(tally.differing)} of {tally.cases} values differ"
    assert not tally.unlisted, f"the values of {tally.unlisted.total() // _VALUES} schemas were not tried"


def _entry(random: Random, kind: str, name: str) -> Entry:
    if kind == "values":
        return Entry(name, random_schemas.jsonb(random), inline=random.random() < 0.5)
    schema = random_schemas.column(random, nullable_word="3.0" in kind)
    return Entry(name, _in_3_0(schema) if "3.0" in kind else _with_default(random, schema), inline=True)


def _in_3_0(schema: Json) -> Json:
    """Exclusive bounds as booleans, a constant as an enum."""
    made = dict(schema)
    for word, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if word in made:
            made |= {limit: made[word], word: True}
    if "const" in made:
        made["enum"] = [made.pop("const")]
    if "items" in made:
        made["items"] = _in_3_0(made["items"])
    return made


def _with_default(random: Random, schema: Json) -> Json:
    """Now and then a default that the schema allows."""
    if random.random() < 0.8 or not isinstance(schema.get("type"), str):
        return schema
    tried = {"string": "open", "integer": 6, "boolean": False, "array": []}.get(schema["type"])
    judge = DocumentJudge(
        {
            "openapi": "3.1.0",
            "paths": {"/": {"post": {"requestBody": {"content": _content("#/components/schemas/R")}}}},
            "components": {"schemas": {"R": {"properties": {"v": schema}}}},
        }
    )
    return {**schema, "default": tried} if tried is not None and judge.accepts("/", "v", tried) else schema


def _content(reference: str) -> Json:
    return {"application/json": {"schema": {"$ref": reference}}}


def _measure(
    random: Random, entries: Sequence[Entry], version: str, folder: Path, make: Callable[[], Database]
) -> Tally:
    tally = Tally()
    with sieved_service(entries, folder, make, version) as (sieved, service):
        for problems in (sieved.refused | sieved.crashed).values():
            tally.refuse(_VALUES, _reason(problems), problems)
        paths = sieved.contract.paths
        asked = [
            (entry, Question(paths[entry.name], entry.name, value))
            for entry in sieved.entries
            for value in random_values.values(random, entry.schema, _VALUES)
        ]
        answers = ask(service, [question for _, question in asked])
        judge = DocumentJudge(read(httpx.get(f"{service.url}/openapi.json").content))
    for (entry, question), answer in zip(asked, answers, strict=True):
        _compare(tally, entry, question, answer, judge)
    return tally


_REASONS = {
    "FH203: only strings": "a default of a type whose columns have none",
    "FH211": "a limit beside a format that the service rewrites",
}
"""Why a schema may be refused, by how its problem begins."""


def _reason(problems: Sequence[str]) -> str | None:
    """The documented reason for which a schema is refused, if there is one."""
    reasons = (reason for start, reason in _REASONS.items() if problems[0].startswith(start))
    return next(reasons, None)


def _compare(tally: Tally, entry: Entry, question: Question, answer: Answer, judge: DocumentJudge) -> None:
    value, components = question.value, entry.components
    beyond = storage_limits.limit(value, entry.schema, components)
    refused = answer.status in (400, 422)
    if beyond and refused:
        tally.beyond_storage[beyond] += 1
        return
    valid = judge.accepts(question.path, question.name, value)
    name = f"{answer.status}  {write(entry.schema)[:200]}: {write(value)[:80]}"
    if not valid and answer.status == 422:
        tally.agreed += 1
    elif not (valid and answer.accepted):
        tally.differ(f"{name} should be {201 if valid else 422}", failed=answer.status >= 500)
    elif all(comes_back(value, got, entry.schema, components) for got in (answer.created, answer.found)):
        tally.agreed += 1
    else:
        tally.differ(f"{name} comes back as {answer.text[:120]}", failed=False)
