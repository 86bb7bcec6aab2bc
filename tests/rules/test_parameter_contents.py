"""A parameter with `content` is refused where it stands, in each operation and in each place."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract.operations.inference import operations
from freehold.ground.problems import ContractError
from freehold.reading.document import Document
from freehold.rules import registry
from freehold.workbench.importing import checklist
from tests.support.contracts import SAMPLE, Load

OPERATIONS = [
    (path, method)
    for path, item in yaml.safe_load(SAMPLE)["paths"].items()
    for method in (*item, "parameters")
    if method != "parameters" or "{" in path
]
SCHEMA = {"schema": {"type": "object"}}
CONTENTS: list[dict[str, Any]] = [{"application/json": SCHEMA}, {"text/plain": {}}, {}]


def contract(path: str, method: str, parameter: dict[str, Any], *, is_shared: bool) -> str:
    root = yaml.safe_load(SAMPLE)
    item = root["paths"][path]
    holder = item if method == "parameters" else item[method]
    if is_shared:
        root["components"]["parameters"]["Where"] = parameter
        parameter = {"$ref": "#/components/parameters/Where"}
    holder.setdefault("parameters", []).append(parameter)
    return json.dumps(root)


def _names(document: Document) -> set[str]:
    """The names of the parameters of all operations."""
    return {str(p.get_value("name")) for operation in operations(document) for p in operation.parameters()}


@pytest.mark.parametrize(("operation", "place"), list(product(OPERATIONS, ("query", "header", "cookie"))))
def test_it_is_the_only_problem(load: Load, operation: tuple[str, str], place: str) -> None:
    for content, schema, is_shared in product(CONTENTS, ({}, {"schema": {"type": "string"}}), (False, True)):
        parameter = {"name": "where", "in": place, **schema, "content": content}
        text = contract(*operation, parameter, is_shared=is_shared)
        document = load(text)
        if "where" not in _names(document):  # such headers and cookies are left out
            assert {note.code for note in document.notes if "where" in note.message} == {"FH908"}
            continue
        with pytest.raises(ContractError) as refused:
            registry.check(document)

        (problem,) = refused.value.problems
        assert (problem.code, "beside `schema`" in problem.message) == ("FH315", bool(schema))
        assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith('"content"')
        for code in registry.RULES:
            others = registry.problems_of(code, document)
            assert code == "FH315" or not [found for found in others if found.code == "FH312"]


@pytest.mark.parametrize("schema", [{}, {"schema": {"type": "string"}}])
@pytest.mark.parametrize("content", CONTENTS)
def test_init_lists_it(tmp_path: Path, content: dict[str, Any], schema: dict[str, Any]) -> None:
    parameter = {"name": "where", "in": "query", **schema, "content": content}
    file = tmp_path / "api.json"
    file.write_text(contract("/api/tasks/{task_id}/complete", "patch", parameter, is_shared=False), "utf-8")

    checklist.apply(file)

    assert [step.problem.code for step in checklist.steps(file)] == ["FH315"]
