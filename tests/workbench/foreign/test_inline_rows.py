"""Rows whose schemas stand in answers become one resource, named after their collection."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract import loading
from freehold.contract.normalizing.steps import normalize
from freehold.contract.operations.inference import operations
from freehold.contract.resources import resources
from freehold.publishing.served_document import build_served_document
from freehold.rules import registry
from freehold.workbench.importing import checklist
from tests.workbench.foreign.test_rows_of_collections import (
    answer,
    contract,
    creating,
    listing,
    notes,
    showing,
)

STYLES: dict[str, Callable[[Any], str]] = {
    "block": lambda root: yaml.safe_dump(root, sort_keys=False),
    "flow": lambda root: yaml.safe_dump(root, sort_keys=False, default_flow_style=True),
    "JSON": lambda root: json.dumps(root, indent=2),
    "one line": json.dumps,
}
CHANGED = {"patch": {**creating("Note"), **showing("Note")}, "delete": {"responses": answer({}, "204")}}


def inlined(value: Any, schemas: dict[str, Any], count: list[int]) -> Any:
    """A contract with a copy of each schema in place of a reference, each with a description of its own."""
    if isinstance(value, list):
        return [inlined(part, schemas, count) for part in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        count.append(len(count))
        schema = json.loads(json.dumps(schemas[value["$ref"].rpartition("/")[2]]))
        schema["description"] = f"Number {len(count)}"
        return schema
    return {word: inlined(part, schemas, count) for word, part in value.items()}


def inline(paths: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    root = contract(json.loads(json.dumps(paths)), required=required)
    return dict(inlined(root, root.pop("components")["schemas"], []))


def imported(file: Path, text: str) -> tuple[list[str], dict[str, str]]:
    """The resources, and the kinds of the operations. Nothing is left, also for a second `init`."""
    file.write_text(text, "utf-8")
    checklist.apply(file)
    once = file.read_bytes()
    assert checklist.apply(file) == []
    assert file.read_bytes() == once
    assert [step.problem.message for step in checklist.steps(file)] == []
    document = loading.load(file)
    registry.check(document)
    normal = normalize(document.copied())
    build_served_document(normal)
    return [*resources(normal)], {f"{o.method} {o.path}": o.kind for o in operations(normal)}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("required", [False, True], ids=["optional", "required"])
@pytest.mark.parametrize(
    ("listed", "shown", "created"),
    [
        ("Note", "Note", "Note"),
        ("Note", "", "Note"),
        ("", "Note", "Note"),
        ("Note", "Note", ""),
        ("Short", "Note", "Note"),
        ("Short", "Whole", "Whole"),
        ("Short", "Note", ""),
        ("Note", "Note", "Short"),
    ],
)
def test_they_are_one_resource(
    tmp_path: Path, style: str, listed: str, shown: str, created: str, *, required: bool
) -> None:
    root = inline(notes(listed, shown, created), required=required)

    found, kinds = imported(tmp_path / "api.yaml", STYLES[style](root))

    assert found == ["Note"]
    assert kinds == {
        **({"get /notes": "list"} if listed else {}),
        **({"post /notes": "create"} if created else {}),
        **({"get /notes/{id}": "get"} if shown else {}),
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/favorites", "Favorite"),
        ("/api/v1/service-areas", "ServiceArea"),
        ("/categories", "Category"),
        ("/user_notes", "UserNote"),
    ],
)
def test_the_name_is_that_of_the_collection_in_the_singular(tmp_path: Path, path: str, name: str) -> None:
    paths = {
        path: {"get": listing("Note"), "post": creating("Note")},
        f"{path}/{{id}}": {"get": showing("Note"), **CHANGED},
    }

    found, kinds = imported(tmp_path / "api.yaml", STYLES["block"](inline(paths)))

    assert found == [name]
    assert sorted(kinds.values()) == ["create", "delete", "get", "list", "update"]


@pytest.mark.parametrize("around", ["page", "envelope", "page in an envelope"])
def test_they_stand_in_pages_and_envelopes(tmp_path: Path, around: str) -> None:
    root = inline(notes("Note", "Note", "Note"))
    content = [
        operation["responses"][status]["content"]["application/json"]
        for operation, status in (
            (root["paths"]["/notes"]["get"], "200"),
            (root["paths"]["/notes"]["post"], "201"),
            (root["paths"]["/notes/{id}"]["get"], "200"),
        )
    ]
    if around != "envelope":
        total = {"type": "integer"}
        page = {"items": content[0]["schema"], "total": total}
        content[0]["schema"] = {"type": "object", "required": [*page], "properties": page}
    for one in content if around != "page" else []:
        success = {"type": "boolean"}
        one["schema"] = {"type": "object", "properties": {"success": success, "data": one["schema"]}}
    limits = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("limit", "offset")]
    root["paths"]["/notes"]["get"]["parameters"] = limits

    found, kinds = imported(tmp_path / "api.yaml", STYLES["block"](root))

    assert found == ["Note"]
    assert sorted(kinds.values()) == ["create", "get", "list"]


def test_equal_rows_of_two_collections_are_two_resources(tmp_path: Path) -> None:
    paths = {
        f"/{many}{item}": {"get": showing("Note") if item else listing("Note")}
        for many in ("tags", "colors")
        for item in ("", "/{id}")
    }

    found, kinds = imported(tmp_path / "api.yaml", STYLES["block"](inline(paths)))

    assert found == ["Tag", "Color"]
    assert sorted(kinds.values()) == ["get", "get", "list", "list"]


def test_a_name_that_another_schema_has_makes_no_resource(tmp_path: Path) -> None:
    root = inline(notes("Note", "Note", "Note"))
    root["components"] = {"schemas": {"Note": {"type": "string"}}}

    found, kinds = imported(tmp_path / "api.yaml", STYLES["block"](root))

    assert found == []
    assert {*kinds.values()} == {"custom"}


def test_rows_below_rows_have_them_as_parents(tmp_path: Path) -> None:
    paths = notes("Note", "Note", "Note") | {
        "/notes/{id}/remarks": {"get": listing("Short"), "post": creating("Short", "Short")}
    }

    found, kinds = imported(tmp_path / "api.yaml", STYLES["block"](inline(paths)))

    assert found == ["Note", "Remark"]
    assert kinds["get /notes/{id}/remarks"] == "list"
    assert "parent:" in (tmp_path / "api.yaml").read_text("utf-8")


def test_an_answer_of_an_action_is_no_resource(tmp_path: Path) -> None:
    paths = notes("Note", "Note", "Note") | {"/notes/{id}/copy": {"post": creating("Note", "Note")}}

    found, kinds = imported(tmp_path / "api.yaml", STYLES["block"](inline(paths)))

    assert (found, kinds["post /notes/{id}/copy"]) == (["Note"], "custom")
