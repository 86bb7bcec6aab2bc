"""The examples of docs/contract.md, and whether what is said of each of them is true.

The first example is a whole contract; each later one changes it, as a merge patch (RFC 7396). A key that
begins with `/` is a path, a key with a capital is a schema. What follows an example is a claim about it.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from freehold import pipeline
from freehold.contract.operations.contract_operation import METHODS
from freehold.ground import project
from freehold.ground.problems import ContractError
from tests.support import warm_python

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (.*) \|$", re.MULTILINE)

Values = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """What is said of an example: generated `python` or `sql`, `json` schemas, `http` statuses, a refusal."""

    language: str
    text: str

    def chunks(self) -> list[str]:
        """Its parts; a line of dots stands for what is left out between them."""
        return [part.strip("\n") for part in re.split(r"^ *\.\.\.$", self.text, flags=re.MULTILINE)]


@dataclass(frozen=True)
class Example:
    """A piece of a contract, the line at which it stands, and the claims that follow it."""

    line: int
    text: str
    claims: list[Claim] = field(default_factory=list)

    def refusals(self) -> list[str]:
        return [claim.text.strip() for claim in self.claims if claim.language == "text"]


def examples(markdown: str) -> list[Example]:
    """Every example with its claims, in their order."""
    found: list[Example] = []
    for block in _BLOCK.finditer(markdown):
        language, text = block[1], block[2]
        if language == "yaml":
            found.append(Example(markdown[: block.start()].count("\n") + 2, text))
        else:
            assert language in {*CHECKS, "text"}, f"nothing checks a block of {language}"
            found[-1].claims.append(Claim(language, text))
    return found


def table(markdown: str, *heading: str) -> list[list[str]]:
    """The rows of the one table with this heading, each a list of its cells."""
    head = f"| {' | '.join(heading)} |\n"
    assert markdown.count(head) == 1, head
    rows = markdown.partition(head)[2].partition("\n\n")[0]
    cells = [re.split(r" (?<!\\)\| ", row[1]) for row in _ROW.finditer(rows)]
    return [[cell.replace("\\|", "|").strip() for cell in row] for row in cells]


def whole(base: Example, example: Example) -> Values:
    """The contract that an example stands for: the base itself, or the base with the example's changes."""
    contract: Values = yaml.safe_load(base.text)
    for key, part in yaml.safe_load(example.text).items() if example is not base else ():
        contract = merged(contract, _placed(key, part))
    return contract


def _placed(key: str, part: object) -> Values:
    """A part of an example where it belongs in a contract."""
    if key.startswith("/"):
        return {"paths": {key: part}}
    return {"components": {"schemas": {key: part}}} if key[0].isupper() else {key: part}


def merged(target: Any, patch: Any) -> Any:
    """A merge patch (RFC 7396): mappings are merged, null removes, all else takes the place of what was.

    What takes the place of a `$ref` is not mixed with it.
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) and "$ref" not in target else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def verify(contract: Values, example: Example, folder: Path) -> None:
    """Make the service of a contract, or see it refused. Raises AssertionError for a wrong claim."""
    refused = example.refusals()
    try:
        files = _made(contract, folder)
    except ContractError as error:
        told = ["\n".join([problem.message, *problem.fix.splitlines()]) for problem in error.problems]
        assert sorted(told) == sorted(refused), "\n".join(told)
        return
    assert not refused, f"it was not refused: {refused}"
    for claim in example.claims:
        CHECKS[claim.language](claim, files, folder)


def lay(contract: Values, folder: Path) -> None:
    """Write a contract as a project of its own."""
    (folder / "contract.yaml").write_text(yaml.safe_dump(contract, sort_keys=False), "utf-8")
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")


def _made(contract: Values, folder: Path) -> Mapping[str, str]:
    """The generated files, by name; those that are the same for every contract are left out."""
    lay(contract, folder)
    files = pipeline.generate(project.find_project(folder)).files
    for path, text in files.items():
        (folder / "generated" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "generated" / path).write_text(text, "utf-8")
    return {str(path): text for path, text in files.items() if path.parts[0] != "runtime"}


def _stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


def _python(claim: Claim, files: Mapping[str, str], folder: Path) -> None:
    """Its lines stand in one generated file, one below the other."""
    sources = [f"\n{_stripped(text)}\n" for name, text in files.items() if name.endswith(".py")]
    for chunk in claim.chunks():
        assert any(f"\n{_stripped(chunk)}\n" in source for source in sources), f"not generated:\n{chunk}"


def _http(claim: Claim, files: Mapping[str, str], folder: Path) -> None:
    """Each line is an operation, and exactly the statuses that the effective contract says it answers."""
    paths = json.loads(files["openapi.json"])["paths"]
    answered = {
        f"{method.upper()} {path}: {', '.join(sorted(item[method]['responses']))}"
        for path, item in paths.items()
        for method in item.keys() & set(METHODS)
    }
    for line in claim.text.splitlines():
        assert line in answered, f"{line} is none of\n" + "\n".join(sorted(answered))


def _json(claim: Claim, files: Mapping[str, str], folder: Path) -> None:
    """Each is a schema of the effective contract, as it stands there."""
    schemas = json.loads(files["openapi.json"])["components"]["schemas"]
    for name, said in json.loads(claim.text).items():
        assert schemas[name] == said, json.dumps(schemas[name], indent=2)


def _sql(claim: Claim, files: Mapping[str, str], folder: Path) -> None:
    """It is part of a table, an index or a statement, whatever the space between its words."""
    resources = sorted(Path(name).parent.name for name in files if name.endswith("table.py"))
    done = warm_python.run(["-c", _PRINT_SQL, *resources], folder, os.environ)
    assert done.returncode == 0, done.stderr
    known = " ".join(done.stdout.split())
    for chunk in claim.chunks():
        assert " ".join(chunk.split()) in known, f"no such SQL:\n{chunk}\n{done.stdout}"


CHECKS: Mapping[str, Callable[[Claim, Mapping[str, str], Path], None]] = {
    "python": _python,
    "http": _http,
    "json": _json,
    "sql": _sql,
}

_PRINT_SQL = """
import importlib, inspect, sys
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from generated.runtime.rows.table_row import Row
from generated.runtime import statement

modules = [importlib.import_module(f"generated.{name}.repository") for name in sys.argv[1:]]
for table in Row.metadata.sorted_tables:
    print(CreateTable(table).compile(dialect=postgresql.dialect()), ";")
    for index in sorted(table.indexes, key=lambda index: index.name):
        print(CreateIndex(index).compile(dialect=postgresql.dialect()), ";")
for module in modules:
    for name, cls in inspect.getmembers(module, inspect.isclass):
        if cls.__module__ != module.__name__:
            continue
        for name, made in vars(cls).items():
            if not isinstance(made, statement):
                continue
            constant = name.removesuffix("_total").upper()
            orders = getattr(module, f"{constant}_ORDERS", None)
            filters = tuple(getattr(module, f"{constant}_FILTERS", ()))
            wanted = list(inspect.signature(made._build).parameters)[1:]
            given = {"order": next(iter(orders or [""])), "filters": filters, "nulls": None}
            print(getattr(cls, name)(*(given[word] for word in wanted if word in given)).sql, ";")
"""


def words(schema: Any) -> Iterator[str]:
    """Every `x-` word that a JSON Schema of contracts knows."""
    if isinstance(schema, dict):
        yield from (key for key in schema if key.startswith("x-"))
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        yield from words(part)
