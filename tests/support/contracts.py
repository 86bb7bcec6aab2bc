"""Contracts to try: the sample of this repository, with something changed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from freehold.building import service
from freehold.building.model import ApiModel
from freehold.contract import effective_contract
from freehold.ground.problems import ContractError
from freehold.reading.document import Document
from freehold.reading.yaml_parser import ParsedFile
from freehold.rules import registry
from tests.support.service import ROOT

SAMPLE = (ROOT / "openapi" / "tasks-api.yaml").read_text("utf-8")
MARKER = "»"
"""Marks the place in a contract where a problem is expected."""

LIBRARY = ROOT / "tests" / "golden" / "library"

Change = tuple[str, str]
Read = Callable[[str | bytes], ParsedFile]
Load = Callable[[str], Document]
Run = Callable[..., Any]

# Parts of the sample, as they stand there.
LIST, CREATE, GET, DELETE, COMPLETE = (
    f"    {method}:\n      operationId: {name}\n"
    for method, name in (
        ("get", "listTasks"), ("post", "createTask"), ("get", "getTask"), ("delete", "deleteTask"),
        ("patch", "completeTask"),
    )
)  # fmt: skip
BEARER = "- bearerAuth: []"
PAGE = (
    "        - name: page\n          in: query\n          description: Which page, counted from 1.\n"
    "          schema: {type: integer, minimum: 1, default: 1}\n"
)
PER_PAGE = "        - name: per_page\n"
SIZE = "minimum: 1, maximum: 100, default: 20"
DONE = "        - name: completed\n          in: query\n"
DONE_SCHEMA = "          schema: {type: boolean}\n"
SORT = "enum: [created_at, -created_at, title, -title]\n            default: -created_at\n"
CREATED = 'schema: {$ref: "#/components/schemas/TaskCreate"}'
CREATED_HEAD = "      description: A task to create.\n      type: object\n      additionalProperties: false\n"
BODY = (
    "      requestBody:\n        required: true\n        content:\n          application/json:\n"
    f"            {CREATED}\n"
)
FOUND = "          description: The task.\n"
ANSWER = (
    f"{FOUND}          content:\n            application/json:\n"
    '              schema: {$ref: "#/components/schemas/Task"}\n'
)
GONE = '        "204":\n          description: The task is gone.\n'
PAGED = '              schema: {$ref: "#/components/schemas/TaskPage"}\n'
SECOND = '/complete:\n    parameters:\n      - $ref: "#/components/parameters/TaskId"\n'
TASK = "    Task:\n"
OPTIONS = (
    "      x-resource:\n        order: [-created_at, -id]\n"
    "        indexes: [[completed], [created_at, id], [title, id]]\n"
)
ID = "        id:\n          description: Made by the service; random.\n          type: string\n"
MADE = "          format: uuid\n          readOnly: true\n"
LIMITS = "          minLength: 1\n          maxLength: 200\n"
COMPLETED = "        completed:\n          description: Whether it is done.\n          type: boolean\n"
REPLACE = (
    "    TaskReplace:\n      description: Everything that you may set about a task.\n      type: object\n"
    "      additionalProperties: false\n      required: [title]\n"
)
CHANGE = (
    "    TaskUpdate:\n      description: What to change about a task; what is left out stays as it is.\n"
    "      type: object\n"
)
UPDATE = "        completed: {type: boolean}\n      examples:\n        - title: Water all"
TOTAL = "        total:\n          description: How many"


def changed(*changes: Change, text: str = SAMPLE) -> str:
    """The sample with each snippet replaced by another. Each must be there, and once only."""
    for snippet, replacement in changes:
        assert text.count(snippet) == 1, f"{text.count(snippet)} times in the sample: {snippet!r}"
        text = text.replace(snippet, replacement)
    return text


def at(snippet: str, word: str) -> Change:
    """The snippet as it is; a problem is expected at a word of it."""
    return snippet, snippet.replace(word, MARKER + word, 1)


def before(snippet: str, added: str) -> Change:
    """The snippet with something in front of it."""
    return snippet, added + snippet


def after(snippet: str, added: str) -> Change:
    """The snippet with something behind it."""
    return snippet, snippet + added


def within(snippet: str, *changes: Change) -> Change:
    """The snippet with words of it replaced."""
    return snippet, changed(*changes, text=snippet)


def split_marker(text: str) -> tuple[str, str]:
    """A contract without the mark, and the line:column at which it stood."""
    start, mark, rest = text.partition(MARKER)
    assert mark, "the contract has no mark"
    return start + rest, f"{start.count(chr(10)) + 1}:{len(start) - start.rfind(chr(10))}"


def build_api_model(document: Document) -> ApiModel:
    """All that is decided about a contract, without the time it takes to print it."""
    registry.check(document)
    return service.build(effective_contract.build_effective_contract(document), {}, "overrides")


def build_or_reject(document: Document) -> None:
    """It is understood or refused; any other exception passes through."""
    with suppress(ContractError):
        build_api_model(document)


def replaceable_pointers(document: Document) -> list[str]:
    """Every pointer but those of what is only said to people, and of references, which `load` looks at."""
    words = ("/description", "/summary", "/examples", "/$ref")
    return [pointer for pointer in document.positions if not any(word in pointer for word in words)]


def with_value(document: Document, pointer: str, value: object) -> Document:
    """The contract with another value at a pointer; everything keeps its place."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return document.with_root(_replaced(document.root, steps, value))


def _replaced(whole: Any, steps: list[str], value: object) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if isinstance(whole, list):
        return [_replaced(part, rest, value) if str(i) == step else part for i, part in enumerate(whole)]
    return {key: _replaced(part, rest, value) if key == step else part for key, part in whole.items()}


def without_a_line(text: str) -> Iterator[str]:
    """The contract without its first line, without its second, ..."""
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.strip() and not line.strip().startswith("#"):
            yield "".join([*lines[:index], *lines[index + 1 :]])


def edit(project: Path, snippet: str, replacement: str) -> None:
    """Edit the contract of a project, as a person does."""
    file = project / "openapi" / "tasks-api.yaml"
    file.write_text(changed((snippet, replacement), text=file.read_text("utf-8")), "utf-8")


def read_tree(folder: Path) -> Mapping[str, bytes | None]:
    """Everything in a folder by name: the bytes of a file, None for a folder."""
    return {
        file.relative_to(folder).as_posix(): None if file.is_dir() else file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if "__pycache__" not in file.parts
    }


OTHER = (
    "      type: object\n      x-resource: {table: %s}\n      required: [id]\n      properties:\n"
    "        id: {type: string, format: uuid, readOnly: true}\n"
)


def rename_create_schema(name: str) -> tuple[Change, ...]:
    """The sample with another name for TaskCreate."""
    return within(CREATED, ("TaskCreate", name)), ("    TaskCreate:\n", f"    {name}:\n")
