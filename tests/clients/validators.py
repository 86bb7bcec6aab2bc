"""Validators of others: functions that validate documents in a folder, and yield what is reported on them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.clients import tools


class Report(NamedTuple):
    """An error or a warning: the name of the document, the rule, where and what."""

    document: str
    rule: str
    text: str


Validate = Callable[[Path, list[Path]], Iterator[Report]]


def redocly(folder: Path, documents: list[Path]) -> Iterator[Report]:
    """The strict version of the recommended rules, in which each warning is an error."""
    names = " ".join(document.name for document in documents)
    command = f"redocly lint --config {tools.NODE / 'redocly.yaml'} --format json {names}"
    done = tools.run(command, folder, tools.node_programs())
    assert done.stderr.count(": validated in ") == len(documents), done.stderr
    rest = done.stdout.lstrip()
    while rest:
        found, length = json.JSONDecoder().raw_decode(rest)
        rest = rest[length:].lstrip()
        for problem in found["problems"]:
            place = problem["location"][0]
            name = Path(place["source"]["ref"]).stem
            yield Report(name, problem["ruleId"], f"{place.get('pointer')}: {problem['message']}")


def spectral(folder: Path, documents: list[Path]) -> Iterator[Report]:
    """All rules for OpenAPI that are on by default."""
    names = " ".join(document.name for document in documents)
    command = f"spectral lint --ruleset {tools.NODE / 'spectral.yaml'} --format json --quiet {names}"
    done = tools.run(command, folder, tools.node_programs())
    assert done.returncode in (0, 1), done.stderr
    for found in json.loads(done.stdout):
        source = Path(found["source"])
        if not (_is_role_of_a_bearer_token(found, _loaded(source)) or _is_inside_an_example(found)):
            yield Report(source.stem, found["code"], f"{found['path']}: {found['message']}")


def openapi_spec_validator(folder: Path, documents: list[Path]) -> Iterator[Report]:
    """The JSON schemas of OpenAPI 3.0 and 3.1, and checks of references and of the parameters of a path."""
    versions = {document.name: str(_loaded(document)["openapi"])[:3] for document in documents}
    for version in sorted(set(versions.values())):
        names = [name for name in versions if versions[name] == version]
        while names:
            command = f"openapi-spec-validator --schema {version} {' '.join(names)}"
            done = tools.run(command, folder, tools.python_programs())
            told = re.split(r"^([\w.-]+): ", done.stdout, flags=re.MULTILINE)[1:]
            assert told, done.stderr
            for name, text in zip(told[::2], told[1::2], strict=True):
                names.remove(name)  # it stops at the first invalid document
                if text != "OK\n":
                    yield Report(Path(name).stem, "invalid", text)


VALIDATORS: list[Validate] = [redocly, spectral, openapi_spec_validator]


@cache
def _loaded(document: Path) -> dict[str, Any]:
    text = document.read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text) if document.suffix == ".json" else yaml.safe_load(text)
    return loaded


def _is_role_of_a_bearer_token(found: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Whether spectral misses a declaration of scopes that only OAuth 2 has.

    OpenAPI 3.1.1, 4.8.30: for other types than oauth2 and openIdConnect, "the array MAY contain a list of
    role names which are required for the execution, but are not otherwise defined".
    """
    if found["code"] != "oas3-operation-security-defined" or not found["message"].endswith("among scopes."):
        return False
    scheme = document["components"]["securitySchemes"][found["path"][-2]]
    return bool(scheme["type"] == "http" and document["openapi"].startswith("3.1"))


def _is_inside_an_example(found: Mapping[str, Any]) -> bool:
    """Whether spectral takes a property `default` of a value for the default of a schema."""
    return "example" in found["path"][:-1] and found["path"][-1] == "default"
