"""No value is expensive: validating and storing a body costs about as much as parsing it.

VALUES=all holds each body to the limit that was measured for it, which needs a quiet machine. Without it the
limit only tells a careful judge from one whose work grows faster than the body: that takes minutes.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from freehold.contract.validation.json_text import parse_strict_json
from tests.support.measuring.cpu import cpu_here
from tests.support.service import Database, Service
from tests.support.thoroughness import sampled
from tests.values.contracts import Entry, compose
from tests.values.expensive_bodies import BODIES, NAME, SIZE, Expensive
from tests.values.process_cost import cpu_of, memory_of, process_of
from tests.values.refusals import Sieved, generate, sieved_service
from tests.values.served import running

_MEMORY = 150  # megabytes
_RESOURCES = 50
_TEXTS = 3  # in each resource
_TRIES = 5
_IS_QUIET = os.environ.get("VALUES") == "all"
_BUSY_LIMIT = 40  # units
_BODIES = sampled(BODIES, every=4)
_TIMEOUT = 120.0
_ANYTHING = "anything"
_STANDARD = json.dumps([1234567] * (SIZE // 9))
_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Running:
    """The service with all expensive schemas that were not refused."""

    sieved: Sieved
    service: Service

    def path(self, name: str) -> str:
        problems = self.sieved.refused.get(name) or self.sieved.crashed.get(name)
        assert problems is None, problems
        return self.sieved.contract.paths[name]


@pytest.fixture(scope="module")
def expensive(
    empty_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    entries = [Entry(_ANYTHING, {}, inline=True), *(body.entry for body in _BODIES)]
    folder = tmp_path_factory.mktemp("expensive")
    with sieved_service(entries, folder, empty_database, python=sys.executable) as (sieved, service):
        yield Running(sieved, service)


@dataclass(frozen=True)
class Cost:
    """What a request cost, in units of what json.loads takes for a mebibyte of numbers: about 10 ms."""

    whole: float
    parsing: float
    response: httpx.Response

    @property
    def beyond_parsing(self) -> float:
        return self.whole - self.parsing

    def is_fine(self, body: Expensive) -> bool:
        """Whether it costs little more than parsing. Half of that varies with what is garbage by then."""
        if _IS_QUIET:
            return self.beyond_parsing <= max(body.most, self.parsing / 2)
        return self.beyond_parsing <= max(_BUSY_LIMIT, 2 * self.parsing)


@pytest.mark.long
@pytest.mark.parametrize("body", _BODIES, ids=[body.entry.name for body in _BODIES])
def test_no_value_is_expensive(
    expensive: Running, body: Expensive, capsys: pytest.CaptureFixture[str]
) -> None:
    process = process_of(expensive.service)
    with expensive.service.user() as client:
        client.timeout = httpx.Timeout(_TIMEOUT)
        cost = _cost(client, expensive, body, process)
        for _ in range(_TRIES - 1):  # other programs on this machine can make it look dearer, never cheaper
            cost = cost if cost.is_fine(body) else _cost(client, expensive, body, process)

    with capsys.disabled():
        what = f"{body.entry.name}, {cost.response.status_code}"
        print(f"\n  {cost.beyond_parsing:5.1f} units beyond parsing ({cost.parsing:.1f})  {what}")
    assert cost.response.status_code == body.status, cost.response.text[:300]
    assert len(cost.response.content) < 100_000 or cost.response.status_code == 201
    assert cost.is_fine(body)


def _cost(client: httpx.Client, expensive: Running, body: Expensive, process: int) -> Cost:
    content = body.body()
    unit = cpu_here(lambda: json.loads(_STANDARD))
    whole, response = _post(client, expensive.path(body.entry.name), content, process)
    if response.status_code == 201:  # storing costs what it costs a value of any kind
        free = json.dumps({_ANYTHING: body.make()}, ensure_ascii=False).encode()
        parsing, _ = _post(client, expensive.path(_ANYTHING), free, process)
    else:
        parsing = cpu_here(lambda: parse_strict_json(content))
    return Cost(whole / unit, parsing / unit, response)


def _post(client: httpx.Client, path: str, content: bytes, process: int) -> tuple[float, httpx.Response]:
    """The seconds of CPU that the service took for a request, and its answer."""
    start = cpu_of(process)
    response = client.post(path, content=content, headers=_TYPE)
    return cpu_of(process) - start, response


@pytest.mark.long
def test_many_texts_with_unicode_patterns_start_and_stay_small(
    tmp_path: Path, empty_database: Callable[[], Database], capsys: pytest.CaptureFixture[str]
) -> None:
    schema = {"type": "string", "pattern": NAME}
    entries = [Entry(f"v{number}", schema, inline=True) for number in range(_RESOURCES * _TEXTS)]
    contract = compose(entries, width=_TEXTS)
    files = generate(contract, tmp_path)

    start = time.monotonic()
    with running(files, tmp_path, empty_database(), sys.executable) as service:
        took = time.monotonic() - start
        with service.user() as client:
            sent = [client.post(contract.paths[entry.name], json={entry.name: "Zoë"}) for entry in entries]
        memory = memory_of(process_of(service))

    with capsys.disabled():
        print(f"\n  {memory:.0f} MB for {len(entries)} texts in use; migrated and started in {took:.1f} s")
    assert {response.status_code for response in sent} == {201}
    assert memory <= _MEMORY
