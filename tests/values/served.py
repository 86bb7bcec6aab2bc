"""A contract as a running service, and many values sent to it at once."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.support.service import ROOT, Database, Service, serving
from tests.support.tool import freehold
from tests.values.json_text import MISSING, Json, read, write

_AT_ONCE = 4
_LIMIT = 60.0  # seconds for one answer, on a machine that does other things too
_JSON = {"Content-Type": "application/json"}


class Question(NamedTuple):
    """A value for a property, and the path of the resource that has it."""

    path: str
    name: str
    value: Json


@dataclass(frozen=True)
class Answer:
    """What became of a value: the status, the value that was answered, and the one that was read later."""

    status: int
    created: Json = MISSING
    found: Json = MISSING
    text: str = ""

    @property
    def accepted(self) -> bool:
        return self.status == 201


@contextmanager
def running(
    files: Mapping[str, str], folder: Path, database: Database, python: str | None = None, **settings: str
) -> Iterator[Service]:
    """The service of generated files, migrated and served. The folder has the contract already."""
    for name, text in files.items():
        file = folder / "generated" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    _migrate(folder, database)
    with serving(folder, database, python, CHECK_ANSWERS="true", **settings) as service:
        yield service


def _migrate(folder: Path, database: Database) -> None:
    (folder / "migrations" / "versions").mkdir(parents=True, exist_ok=True)
    for part in ("env.py", "script.py.mako"):
        shutil.copy(ROOT / "migrations" / part, folder / "migrations" / part)
    freehold(folder, database.url, "migrate new -m Everything", "migrate up")


def ask(service: Service, questions: Sequence[Question]) -> list[Answer]:
    """The answer to each question, in their order."""
    with service.user() as user:
        headers = {"Authorization": user.headers["Authorization"], **_JSON}
    return asyncio.run(_ask(service.url, headers, questions))


async def _ask(url: str, headers: Mapping[str, str], questions: Sequence[Question]) -> list[Answer]:
    gate = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(base_url=url, headers=headers, verify=False, timeout=_LIMIT) as client:

        async def one(question: Question) -> Answer:
            async with gate:
                return await _answer(client, question)

        return await asyncio.gather(*map(one, questions))


async def _answer(client: httpx.AsyncClient, question: Question) -> Answer:
    """A value is created, and what was created is fetched."""
    content = write({question.name: question.value}).encode("utf-8", "surrogatepass")
    created = await client.post(question.path, content=content)
    if created.status_code != 201:
        return Answer(created.status_code, text=created.text)
    row = read(created.content)
    found = await client.get(f"{question.path}/{row['id']}")
    status = 201 if found.status_code == 200 else found.status_code
    stored = read(found.content) if found.status_code == 200 else {}
    return Answer(status, row.get(question.name, MISSING), stored.get(question.name, MISSING), found.text)
