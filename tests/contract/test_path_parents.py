"""A path can call a parent otherwise than the column does that refers to it."""

import re
from itertools import product
from typing import Any

import pytest
import yaml

from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import path_parents
from freehold.contract.resources import resources
from freehold.ground.naming import parameter_name
from freehold.reading.document import Document
from freehold.rules import registry
from tests.support.contracts import Load, build_api_model

JSON = "application/json"
UUID = {"type": "string", "format": "uuid"}
BOARDS = ("board", "boardId", "board-id", "BoardID", "id", "b", "pk")
CARDS = ("card_id", "card", "c", "card-key")


def answer(schema: object, status: str = "200") -> dict[str, Any]:
    return {status: {"description": "It.", "content": {JSON: {"schema": schema}}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def collection(name: str, *, is_listed: bool = True) -> dict[str, Any]:
    body = {"required": True, "content": {JSON: {"schema": ref(name)}}}
    page = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 10}}
    rows = {"type": "array", "items": ref(name)}
    created = {
        "post": {"operationId": f"add{name}", "requestBody": body, "responses": answer(ref(name), "201")}
    }
    listed = {"get": {"operationId": f"list{name}", "parameters": [page], "responses": answer(rows)}}
    return created | (listed if is_listed else {})


def item(name: str) -> dict[str, Any]:
    gone = {"204": {"description": "Gone."}}
    return {
        "get": {"operationId": f"get{name}", "responses": answer(ref(name))},
        "delete": {"operationId": f"delete{name}", "responses": gone},
    }


def row(words: dict[str, Any], **more: object) -> dict[str, Any]:
    own = {"id": UUID | {"readOnly": True}, "text": {"type": "string", "maxLength": 9}}
    return {"type": "object", "x-resource": words, "required": ["id", "text"], "properties": own | more}


def contract(paths: dict[str, dict[str, Any]], **schemas: dict[str, Any]) -> str:
    """A contract in which each parameter of a path is a plain string, as exporters write it."""
    for path, operation in paths.items():
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        text = {"in": "path", "required": True, "schema": {"type": "string"}}
        operation["parameters"] = [{"name": name, **text} for name in names]
    known = {"Board": row({}), "Card": row({"parent": {"resource": "Board"}})} | schemas
    return yaml.safe_dump(
        {
            "openapi": "3.1.0",
            "info": {"title": "Boards", "version": "1"},
            "x-problems": "standard",
            "security": [{"bearer": []}],
            "paths": paths,
            "components": {
                "schemas": known,
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        },
        sort_keys=False,
    )


def nested(board: str, card: str, field: str = "board_id", *, shown: bool = False) -> str:
    """Notes of cards of boards, whose paths call the boards and the cards so."""
    cards = f"/boards/{{{board}}}/cards"
    prop = {field: UUID | {"readOnly": True}} if shown else {}
    return contract(
        {
            "/boards": collection("Board"),
            "/boards/{id}": item("Board"),
            cards: collection("Card"),
            f"{cards}/{{{card}}}": item("Card"),
            f"{cards}/{{{card}}}/notes": collection("Note"),
            f"{cards}/{{{card}}}/notes/{{note}}": item("Note"),
        },
        Card=row({"parent": {"resource": "Board", "field": field}}, **prop),
        Note=row({"parent": {"resource": "Card"}}),
    )


def problems(document: Document) -> list[tuple[str, str, str]]:
    found = ((code, problem) for code in registry.RULES for problem in registry.problems_of(code, document))
    return [(code, problem.message, problem.fix) for code, problem in found]


def parents(document: Document) -> dict[str, dict[str, str]]:
    """The columns of the parents in the path of each operation, by the names of the parameters."""
    known = resources(document)
    return {o.id: path_parents(o, known[o.resource]) for o in operations(document) if o.resource}


def code(document: Document) -> dict[str, str]:
    """What each operation checks of its parents, and the rows that it reaches."""
    found = (o for resource in build_api_model(document).resources for o in resource.operations)
    return {o.id: "; ".join([*o.parent_checks, o.rows]) for o in found}


@pytest.mark.parametrize(("board", "card"), [*product(BOARDS, CARDS[:2]), *product(BOARDS[:2], CARDS)])
def test_another_name_has_the_conditions_of_the_name_of_the_column(load: Load, board: str, card: str) -> None:
    document, plain = load(nested(board, card)), load(nested("board_id", "card_id"))

    assert problems(document) == []
    found = parents(document)
    assert found["addCard"] == found["listCard"] == found["deleteCard"] == {board: "board_id"}
    assert found["addNote"] == found["listNote"] == found["getNote"] == {board: "board_id", card: "card_id"}
    assert found["getBoard"] == {}
    names = {str(parameter_name(board)): "board_id", str(parameter_name(card)): "card_id"}
    renamed = {
        name: re.sub(r"([(=])(\w+)(?=[,)])", lambda found: found[1] + names.get(found[2], found[2]), text)
        for name, text in code(document).items()
    }
    assert renamed == code(plain)
    checks = "boards.require_row(board_id); cards.require_row(card_id, board_id=board_id)"
    assert renamed["getNote"] == f"{checks}; self.below(card_id=card_id)"


@pytest.mark.parametrize("field", ["board", "on_board", "place"])
@pytest.mark.parametrize("shown", [True, False])
def test_the_column_of_the_parent_has_any_name(load: Load, field: str, *, shown: bool) -> None:
    document = load(nested("boardId", "card", field, shown=shown))

    assert problems(document) == []
    assert parents(document)["listCard"] == {"boardId": field}
    assert f"self.below({field}=board_id)" in code(document)["listCard"]
    assert f"card, {field}=board_id" in code(document)["getNote"]


def test_a_resource_without_paths_is_named_by_its_plural(load: Load) -> None:
    document = load(contract({"/boards/{b}/cards": collection("Card")}))

    assert problems(document) == []
    assert parents(document) == {"addCard": {"b": "board_id"}, "listCard": {"b": "board_id"}}


def test_a_path_without_a_list_shows_by_its_row_what_is_below(load: Load) -> None:
    paths = {"/wall/{id}": item("Board"), "/wall/{id}/cards": collection("Card")}
    paths["/wall/{id}"].pop("delete")
    document = load(contract(paths))

    assert parents(document)["addCard"] == {"id": "board_id"}


CARD = {"parent": {"resource": "Board"}}
OTHER = UUID | {"x-references": "Board"}
TEXT = {"type": "string", "maxLength": 9}


@pytest.mark.parametrize(
    ("path", "schemas", "message"),
    [
        (
            "/boards/{slug}/cards",
            {"Board": row({"unique": [["slug"]]}, slug=TEXT)},
            "slug of {0} could be the id of Board, or slug of Board",
        ),
        (
            "/boards/{color}/cards",
            {"Card": row(CARD, color=TEXT)},
            "color of {0} could be the id of Board, or color of Card",
        ),
        (
            "/boards/{board}/cards",
            {"Card": row(CARD, came_from=OTHER)},
            "board of {0} could be the id of Board, or came_from of Card",
        ),
        (
            "/boards/{came_from}/cards",
            {"Card": row(CARD, came_from=OTHER)},
            "came_from of {0} could be the id of Board, or came_from of Card",
        ),
        ("/boards/by-name/{name}/cards", {}, "name is not a parent of Card"),
        ("/people/{person}/cards", {}, "person is not a parent of Card"),
        ("/boards/{a}/boards/{b}/cards", {}, "a is not a parent of Card"),
        ("/boards/{board}/cards", {"Card": row({})}, "board is not a parent of Card"),
    ],
)
def test_what_can_mean_something_else_is_refused(
    load: Load, path: str, schemas: dict[str, Any], message: str
) -> None:
    paths = {"/boards": collection("Board"), path: collection("Card")}
    found = [what for code, what, _ in problems(load(contract(paths, **schemas))) if code == "FH412"]

    assert {message.format("addCard"), message.format("listCard")} <= {*found}


@pytest.mark.parametrize("name", ["board_id", "board"])
def test_a_parent_has_the_type_of_its_id(load: Load, name: str) -> None:
    text = contract({"/boards": collection("Board"), f"/boards/{{{name}}}/cards": collection("Card")})
    wrong = text.replace("type: string\n", "type: integer\n", 1)
    assert wrong != text

    found = problems(load(wrong))

    fix = "Use the type of the id: `type: string, format: uuid`."
    assert found == [("FH421", f"{name} does not have the type of the id of Board", fix)] * 2
