"""JSONTestSuite: what every reader must read is read, and what every reader must refuse is refused.

Each text stands in six places of a body. What is accepted comes back equal.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.service import Database
from tests.values.contracts import Entry
from tests.values.json_text import read, same
from tests.values.refusals import sieved_service
from tests.values.shared import SUITES

FOLDER = SUITES / "json" / "test_parsing"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="JSONTestSuite is not at ../shared/suites")

PLACES: Mapping[str, bytes] = {
    "the body": b"%s",
    "a value": b'{"anything": %s}',
    "an element": b'{"array": [%s]}',
    "a member": b'{"object": {"a": %s}}',
    "a text": b'{"text": %s}',
    "a number": b'{"number": %s}',
}
_ENTRIES = [
    Entry("anything", {}, inline=True),
    Entry("array", {"type": "array", "items": {}}, inline=True),
    Entry("object", {"type": "object"}, inline=True),
    Entry("text", {"type": "string"}, inline=True),
    Entry("number", {"type": "number"}, inline=True),
]
_REFUSED_ON_PURPOSE = {
    "y_object_duplicated_key.json": 400,  # RFC 7493, section 2.3: readers take the first or the last
    "y_object_duplicated_key_and_value.json": 400,
    "y_object_escaped_null_in_key.json": 422,  # PostgreSQL cannot store U+0000
    "y_string_null_escape.json": 422,
}
_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Running:
    """A client of the service, and the path that takes the values."""

    client: httpx.Client
    path: str


@pytest.fixture(scope="module")
def running(
    empty_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("json")
    with (
        sieved_service(_ENTRIES, folder, empty_database) as (sieved, service),
        service.user() as client,
    ):
        yield Running(client, sieved.contract.paths["anything"])


def test_the_suite_is_complete() -> None:
    assert len([*FOLDER.glob("*.json")]) == 318


@pytest.mark.parametrize("place", PLACES)
def test_a_text_is_read_or_refused_as_the_suite_says(running: Running, place: str) -> None:
    wrong = []
    for file in sorted(FOLDER.glob("*.json")):
        text = PLACES[place].replace(b"%s", file.read_bytes())
        response = running.client.post(running.path, content=text, headers=_TYPE)
        expected = _expected(file.name, place, text)
        if response.status_code not in expected:
            wrong.append(f"{file.name}: {response.status_code}, not {expected}: {response.text[:200]}")
        elif response.status_code == 201 and not _comes_back(text, response):
            wrong.append(f"{file.name}: {response.text[:200]} comes back")

    assert wrong == []


def _expected(name: str, place: str, text: bytes) -> set[int]:
    """The statuses that a text may get in a place."""
    if name in _REFUSED_ON_PURPOSE:
        return {_REFUSED_ON_PURPOSE[name], *({422} if place == "the body" else ())}
    if name.startswith("i_"):
        return {201, 400, 422}
    if name.startswith("n_") and not _is_json(text):
        return {400}
    return {201, 422} if place in ("the body", "a text", "a number") or name.startswith("n_") else {201}


def _is_json(text: bytes) -> bool:
    """Whether a text of the suite became JSON by what stands around it."""
    try:
        json.loads(text.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(_: str) -> Any:
    raise ValueError


def _comes_back(text: bytes, response: httpx.Response) -> bool:
    sent, stored = read(text), read(response.content)
    return all(same(value, stored.get(name)) for name, value in sent.items())
