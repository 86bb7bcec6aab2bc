"""`init --from` makes one resource of one set of rows, whatever schemas show them."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract import loading
from freehold.contract.operations.inference import operations
from freehold.contract.resources import resources
from freehold.rules import registry
from freehold.workbench.importing import checklist

PROPERTIES: dict[str, dict[str, Any]] = {
    "id": {"type": "integer"},
    "title": {"type": "string"},
    "text": {"type": "string"},
    "updatedAt": {"type": "string", "format": "date-time"},
    "secret": {"type": "string"},
    "prompt": {"type": "string", "writeOnly": True},
}
SCHEMAS = {
    "Short": ["id", "title"],
    "Note": ["id", "title", "text"],
    "Whole": ["id", "title", "text", "updatedAt"],
    "Same": ["id", "title", "text"],
    "WithSecret": ["id", "title", "text", "secret"],
    "WithPrompt": ["id", "title", "text", "prompt"],
    "NewNote": ["title", "text"],
}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
    return {status: {"description": "D", "content": {"application/json": {"schema": schema}}}}


def contract(paths: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    for path, item in paths.items():
        if "{id}" in path:
            item["parameters"] = [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
            ]
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {
                name: {
                    "type": "object",
                    "properties": {key: {**PROPERTIES[key]} for key in keys},
                    **({"required": [key for key in keys if key != "updatedAt"]} if required else {}),
                }
                for name, keys in SCHEMAS.items()
            }
        },
    }


def listing(name: str) -> dict[str, Any]:
    return {"responses": answer({"type": "array", "items": ref(name)})}


def showing(name: str) -> dict[str, Any]:
    return {"responses": answer(ref(name))}


def creating(name: str, body: str = "NewNote") -> dict[str, Any]:
    content = {"application/json": {"schema": ref(body)}}
    return {"requestBody": {"required": True, "content": content}, "responses": answer(ref(name), "201")}


def notes(listed: str, shown: str, created: str) -> dict[str, Any]:
    at = {"get": listing(listed)} if listed else {}
    at |= {"post": creating(created)} if created else {}
    paths = {"/notes": at}
    return paths | ({"/notes/{id}": {"get": showing(shown)}} if shown else {})


def imported(folder: Path, root: dict[str, Any]) -> tuple[str, dict[str, str], list[str]]:
    """The resources, the kind of each operation by method and path, and what is left. `init` runs twice."""
    file = folder / "api.yaml"
    file.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")
    checklist.apply(file)
    once = file.read_bytes()
    assert checklist.apply(file) == []
    assert file.read_bytes() == once
    document = loading.load(file)
    registry.check(document)
    kinds = {f"{o.method} {o.path}": o.kind for o in operations(document)}
    return " ".join(resources(document)), kinds, [step.problem.message for step in checklist.steps(file)]


@pytest.mark.parametrize("required", [False, True], ids=["optional", "required"])
@pytest.mark.parametrize(
    ("listed", "shown", "created", "resource"),
    [
        ("Note", "Whole", "Note", "Whole"),
        ("", "Whole", "Note", "Whole"),
        ("Short", "Whole", "Note", "Whole"),
        ("Short", "Note", "Same", "Note"),
        ("Short", "Note", "", "Note"),
        ("Whole", "Note", "Note", "Whole"),
        ("Short", "", "Note", "Note"),
        ("Note", "", "Same", "Note"),
        ("Note", "Note", "WithPrompt", "Note"),
        ("Short", "Short", "Note", "Short"),
        ("Note", "", "WithSecret", "Note"),
        ("Note", "Note", "WithSecret", "Note"),
    ],
)
def test_the_schema_of_whole_rows_is_the_only_resource(
    tmp_path: Path, listed: str, shown: str, created: str, resource: str, *, required: bool
) -> None:
    found, kinds, left = imported(tmp_path, contract(notes(listed, shown, created), required=required))

    assert found == resource
    is_hidden = SCHEMAS[created] if created and required else []
    is_custom = not {*is_hidden} - {"prompt"} <= {*SCHEMAS[resource]}
    assert kinds == {
        **({"get /notes": "list"} if listed else {}),
        **({"post /notes": "custom" if is_custom else "create"} if created else {}),
        **({"get /notes/{id}": "get"} if shown else {}),
    }
    assert left == []


@pytest.mark.parametrize("order", [*permutations(["/notes", "/notes/{id}", "/notes/short"])], ids=str)
def test_a_list_of_the_same_rows_in_another_shape_is_written_by_hand(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    paths = notes("Note", "Note", "Note") | {"/notes/short": {"get": listing("Short")}}

    found, kinds, left = imported(tmp_path, contract({path: paths[path] for path in order}))

    assert (found, kinds["get /notes/short"], left) == ("Note", "custom", [])
    assert kinds["get /notes"] == "list"


def test_the_line_of_such_a_list_says_why_and_what_serves_it(tmp_path: Path) -> None:
    root = contract(notes("Note", "Note", "Note") | {"/notes/short": {"get": listing("Short")}})
    file = tmp_path / "api.yaml"
    file.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")

    changes = {change.why for change in checklist.apply(file)}

    why = "Short is another view of Note, and nothing says which rows of it are shown"
    assert f"GET /notes/short is written by hand, because {why}" in changes
    advised = yaml.safe_load(file.read_text("utf-8"))
    del advised["paths"]["/notes/short"]["get"]["x-operation"]
    advised["paths"]["/notes/short"]["x-resource"] = "Note"
    file.write_text(yaml.safe_dump(advised, sort_keys=False), "utf-8")
    document = loading.load(file)
    registry.check(document)
    assert {o.path: o.kind for o in operations(document)}["/notes/short"] == "list"


@pytest.mark.parametrize("others", [[], ["post"], ["put"], ["patch"], ["delete"], ["get"]], ids=str)
def test_a_list_alone_has_no_table_that_nothing_fills(tmp_path: Path, others: list[str]) -> None:
    paths = notes("Note", "Note", "Note") | {"/tags": {"get": listing("Short")}}
    item = {"delete": {"responses": {"204": {"description": "D"}}}, "get": showing("Short")}
    item |= {method: {**creating("Short", "Short"), **showing("Short")} for method in ("put", "patch")}
    if others == ["post"]:
        paths["/tags"]["post"] = creating("Short", "Short")
    elif others:
        paths["/tags/{id}"] = {method: item[method] for method in others}

    found, kinds, _ = imported(tmp_path, contract(paths))

    assert found.split() == (["Short", "Note"] if others else ["Note"])
    assert kinds["get /tags"] == ("list" if others else "custom")


@pytest.mark.parametrize("created", ["", "Note"])
def test_the_list_of_changes_says_that_nothing_fills_a_table(tmp_path: Path, created: str) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(yaml.safe_dump(contract(notes("Note", "Note", created))), "utf-8")

    changes = "\n".join(change.why for change in checklist.apply(file))

    said = "No operation creates Note: fill the table with an override or a migration"
    assert (said in changes) == (not created)
