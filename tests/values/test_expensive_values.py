"""No value is expensive: validating and storing a body costs about as much as parsing it."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from freehold.contract.validation.json_text import parse_strict_json
from tests.support.service import Database, Service
from tests.values.contracts import Entry, compose
from tests.values.expensive_bodies import BODIES, NAME, SIZE, Expensive
from tests.values.process_cost import cpu_here, cpu_of, memory_of, process_of
from tests.values.refusals import Sieved, generate, sieved_service
from tests.values.served import running

_MOST = 5  # times what json.loads takes for a mebibyte of numbers, which is about 10 ms
_MEMORY = 150  # megabytes
_RESOURCES = 50
_TEXTS = 3  # in each resource
_TRIES = 3
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
    entries = [Entry(_ANYTHING, {}, inline=True), *(body.entry for body in BODIES)]
    with sieved_service(entries, tmp_path_factory.mktemp("expensive"), empty_database) as (sieved, service):
        yield Running(sieved, service)


@pytest.mark.parametrize("body", BODIES, ids=[body.entry.name for body in BODIES])
def test_no_value_is_expensive(
    expensive: Running, body: Expensive, capsys: pytest.CaptureFixture[str]
) -> None:
    path, content = expensive.path(body.entry.name), body.body()
    unit, parsing = cpu_here(lambda: json.loads(_STANDARD)), cpu_here(lambda: parse_strict_json(content))
    process = process_of(expensive.service)

    with expensive.service.user() as client:
        client.timeout = httpx.Timeout(_TIMEOUT)
        cost, response = _cost(client, path, content, process)
        if response.status_code == 201:  # storing costs what it costs a value of any kind
            free = json.dumps({_ANYTHING: body.make()}, ensure_ascii=False).encode()
            parsing = _cost(client, expensive.path(_ANYTHING), free, process)[0]

    ratio = (cost - parsing) / unit
    with capsys.disabled():
        what = f"{body.entry.name}, {len(content):,} bytes, {response.status_code}"
        print(f"\n  {ratio:5.1f} units beyond parsing ({parsing / unit:.1f}) of {unit * 1000:.1f} ms  {what}")
    assert response.status_code == body.status, response.text[:300]
    assert len(response.content) < 100_000 or response.status_code == 201
    assert ratio <= max(_MOST, parsing / unit / 2)  # what varies with all that is collected as garbage


def _cost(client: httpx.Client, path: str, content: bytes, process: int) -> tuple[float, httpx.Response]:
    """The least seconds of CPU that the service took for a request, of some tries, and its answer."""

    def measured() -> tuple[float, httpx.Response]:
        start = cpu_of(process)
        response = client.post(path, content=content, headers=_TYPE)
        return cpu_of(process) - start, response

    return min((measured() for _ in range(_TRIES)), key=lambda pair: pair[0])


def test_many_texts_with_unicode_patterns_start_and_stay_small(
    tmp_path: Path, empty_database: Callable[[], Database], capsys: pytest.CaptureFixture[str]
) -> None:
    schema = {"type": "string", "pattern": NAME}
    entries = [Entry(f"v{number}", schema, inline=True) for number in range(_RESOURCES * _TEXTS)]
    contract = compose(entries, width=_TEXTS)
    files = generate(contract, tmp_path)

    start = time.monotonic()
    with running(files, tmp_path, empty_database()) as service:
        took = time.monotonic() - start
        with service.user() as client:
            sent = [client.post(contract.paths[entry.name], json={entry.name: "Zoë"}) for entry in entries]
        memory = memory_of(process_of(service))

    with capsys.disabled():
        print(f"\n  {memory:.0f} MB for {len(entries)} texts in use; migrated and started in {took:.1f} s")
    assert {response.status_code for response in sent} == {201}
    assert memory <= _MEMORY
