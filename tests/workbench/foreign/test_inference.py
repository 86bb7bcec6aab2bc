"""What `freehold init --from` writes about properties of resources, and about operations to write by hand."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.workbench.importing import checklist

HEAD = """\
openapi: {version}
info: {{title: T, version: "1"}}
x-problems: standard
security: [{{token: []}}]
paths:
  /notes:
    get:
      operationId: listNotes
      parameters: [{{name: limit, in: query, schema: {{type: integer}}}}]
      responses:
        "200":
          description: D
          content: {{application/json: {{schema: {{$ref: "#/components/schemas/Notes"}}}}}}
    post:
      operationId: createNote
      requestBody:
        required: true
        content: {{application/json: {{schema: {{$ref: "#/components/schemas/NewNote"}}}}}}
      responses:
        "201":
          description: D
          content: {{application/json: {{schema: {{$ref: "#/components/schemas/Note"}}}}}}
  /notes/{{{key}}}:
    parameters: [{{name: {key}, in: path, required: true, schema: {{type: string}}}}]
    get:
      operationId: getNote
      responses:
        "200":
          description: D
          content: {{application/json: {{schema: {{$ref: "#/components/schemas/Note"}}}}}}
    put:
      operationId: putNote
      requestBody:
        required: true
        content: {{application/json: {{schema: {{$ref: "#/components/schemas/{put}"}}}}}}
      responses:
        "200":
          description: D
          content: {{application/json: {{schema: {{$ref: "#/components/schemas/Note"}}}}}}
components:
  securitySchemes: {{token: {{type: http, scheme: bearer}}}}
  schemas:
    Note:
      type: object
      required: [id, text]
      properties:
        id: {{type: string, format: uuid}}
        text: {{type: string}}
        {shown}
    NewNote:
      type: object
      required: [text]
      properties:
        text: {{type: string}}
        {sent}
    Notes: {{type: array, items: {{$ref: "#/components/schemas/Note"}}}}
    Word: {{type: string}}
"""


def written(
    folder: Path,
    shown: str,
    sent: str = "x-a: 1",
    *,
    key: str = "id",
    put: str = "NewNote",
    version: str = "3.1.0",
) -> list[str]:
    """Return the lines that are added to a contract, without those about its id."""
    file = folder / "api.yaml"
    text = HEAD.format(shown=shown, sent=sent, key=key, put=put, version=version)
    file.write_text(text, "utf-8")
    checklist.apply(file)
    added = [line.strip() for line in file.read_text("utf-8").splitlines() if line not in text.splitlines()]
    assert 'id: {"readOnly": true, type: string, format: uuid}' in added
    return [line for line in added if not line.startswith("id: ")]


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ("owner_id: {type: string}", 'owner_id: {"readOnly": true, "x-generated": "owner", type: string}'),
        ("userId: {type: string}", 'userId: {"readOnly": true, "x-generated": "owner", type: string}'),
        (
            "author_id: {type: string, readOnly: true}",
            'author_id: {"x-generated": "owner", type: string, readOnly: true}',
        ),
        ("user_id: {type: integer}", 'user_id: {"readOnly": true, "x-generated": "owner", type: integer}'),
        ("state: {type: string}", 'state: {"readOnly": true, type: string}'),
        (
            'state: {$ref: "#/components/schemas/Word"}',
            'state: {"readOnly": true, $ref: "#/components/schemas/Word"}',
        ),
    ],
)
def test_what_no_body_sets_is_read_only_and_may_show_the_owner(tmp_path: Path, shown: str, line: str) -> None:
    assert written(tmp_path, shown) == ["x-resource: {}", line]


def test_what_a_body_sets_stays_writable(tmp_path: Path) -> None:
    assert written(tmp_path, "user_id: {type: string}", "user_id: {type: string}") == ["x-resource: {}"]


def test_a_body_that_is_the_resource_sets_everything(tmp_path: Path) -> None:
    assert written(tmp_path, "state: {type: string}", put="Note") == ["x-resource: {}"]


@pytest.mark.parametrize("place", ["state: {%s}", "state:\n          %s"])
def test_what_is_written_beside_a_reference_in_openapi_3_0_has_it_in_all_of(
    tmp_path: Path, place: str
) -> None:
    written(tmp_path, place % '$ref: "#/components/schemas/Word"', version="3.0.3")

    text = (tmp_path / "api.yaml").read_text("utf-8")
    state = yaml.safe_load(text)["components"]["schemas"]["Note"]["properties"]["state"]
    assert state == {"readOnly": True, "allOf": [{"$ref": "#/components/schemas/Word"}]}


def test_what_only_a_body_has_is_stored_and_not_answered(tmp_path: Path) -> None:
    lines = written(tmp_path, "x-a: 1", 'prompt: {$ref: "#/components/schemas/Word"}')

    assert sorted(lines) == sorted(
        ["x-resource: {}", "prompt: {allOf: [{$ref: '#/components/schemas/Word'}], writeOnly: true}"]
    )


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("3.1.0", "prompt: {type: [string, 'null'], writeOnly: true}"),
        ("3.0.3", "prompt: {type: string, nullable: true, writeOnly: true}"),
    ],
)
def test_what_only_a_body_has_can_be_null(tmp_path: Path, version: str, line: str) -> None:
    lines = written(tmp_path, "x-a: 1", "prompt: {type: string, nullable: true}", version=version)

    assert line in [other.replace('"', "'") for other in lines]


@pytest.mark.parametrize("put", ["NewNote", "Note", "Word", "Change"])
@pytest.mark.parametrize("sent", ["{type: string}", "{type: [string, 'null']}"])
@pytest.mark.parametrize("required", ["[text]", "[text, prompt]", "[prompt]"])
@pytest.mark.parametrize("lines", [False, True], ids=["flow", "block"])
def test_what_each_create_requires_and_no_answer_shows_is_required(
    tmp_path: Path, put: str, sent: str, required: str, *, lines: bool
) -> None:
    text = HEAD.format(
        shown="size: {type: integer}", sent=f"prompt: {sent}", key="id", put=put, version="3.1.0"
    )
    text = text.replace("      required: [text]\n", f"      required: {required}\n")
    block = "      required:\n        - id\n        - text\n"
    text = text.replace("      required: [id, text]\n", block) if lines else text
    text += "    Change: {type: object, properties: {text: {type: string}}}\n"
    file = tmp_path / "api.yaml"
    file.write_text(text, "utf-8")

    checklist.apply(file)

    note = yaml.safe_load(file.read_text("utf-8"))["components"]["schemas"]["Note"]
    is_required = put == "NewNote" and "prompt" in required and sent == "{type: string}"
    assert note["required"] == ["id", "text", *(["prompt"] if is_required else [])]
    assert ("prompt" in note["properties"]) == (put in ("NewNote", "Change"))
    after = file.read_bytes()
    assert checklist.apply(file) == []
    assert file.read_bytes() == after


@pytest.mark.parametrize("secret", ["password: {type: string}", "key: {type: string, format: password}"])
def test_a_secret_is_not_stored_and_its_operation_is_written_by_hand(tmp_path: Path, secret: str) -> None:
    assert written(tmp_path, "x-a: 1", secret) == [
        "x-operation: custom",
        "x-operation: custom",
        "x-resource: {}",
    ]


def test_a_property_that_a_path_names_is_unique(tmp_path: Path) -> None:
    assert written(tmp_path, "slug: {type: string}", "slug: {type: string}", key="slug") == [
        "x-resource: {unique: [[slug]]}"
    ]


def test_a_resource_that_no_table_can_hold_is_none_and_the_list_says_why(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    size = "size: {type: integer}"
    text = HEAD.format(shown=size, sent=size, key="id", put="NewNote", version="3.1.0")
    file.write_text(text.replace("required: [id, text]", "anyOf: [{required: [text]}]"), "utf-8")

    changes = checklist.apply(file)

    assert "x-resource" not in file.read_text("utf-8")
    assert sorted(change.why for change in changes if change.text == "x-operation: custom") == [
        f"{operation} is written by hand, because anyOf of Note is not held by its table [FH409]"
        for operation in ("GET /notes", "GET /notes/{id}", "POST /notes", "PUT /notes/{id}")
    ]
    assert checklist.steps(file) == []


def test_an_operation_that_cannot_be_served_is_custom_and_the_list_says_why(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(
        HEAD.format(
            shown="size: {type: integer}", sent="size: {type: string}", key="id", put="Note", version="3.1.0"
        ),
        "utf-8",
    )

    changes = [change for change in checklist.apply(file) if change.text == "x-operation: custom"]

    assert [change.why for change in changes] == [
        "POST /notes is written by hand, because size of NewNote has a different type than in Note [FH341]"
    ]
    assert checklist.steps(file) == []


def test_what_a_custom_list_leaves_to_other_operations_makes_them_custom_too(tmp_path: Path) -> None:
    """A parameter that a list has and its rows repeat is left out, but not if the list is written by hand."""
    file = tmp_path / "api.yaml"
    text = HEAD.format(
        shown="size: {type: integer}", sent="size: {type: integer}", key="id", put="Note", version="3.1.0"
    )
    sizes = "{name: sizes, in: query, schema: {type: boolean}}"  # it resembles a property
    limit = "{name: limit, in: query, schema: {type: integer}}"
    text = text.replace(limit, f"{limit}, {sizes}").replace(
        "operationId: getNote\n", f"operationId: getNote\n      parameters: [{sizes}]\n"
    )
    file.write_text(text, "utf-8")

    changes = [change for change in checklist.apply(file) if change.text == "x-operation: custom"]

    assert text.count(sizes) == 2
    assert [change.why.partition(", because")[0] for change in changes] == [
        "GET /notes is written by hand",
        "GET /notes/{id} is written by hand",
    ]
    assert checklist.steps(file) == []


PLAIN_ID = '{"format": "uuid", "readOnly": true, type: string'


@pytest.mark.parametrize(
    ("id_", "line"),
    [
        ("id: {type: string}", f"id: {PLAIN_ID}}}"),
        ("id: {type: string, example: n_1}", f"id: {PLAIN_ID}, example: n_1}}"),
        (
            "_id: {type: string}",
            '_id: {"format": "uuid", "readOnly": true, "x-generated": "uuid", type: string}',
        ),
        ("id: {type: string, readOnly: true}", 'id: {"format": "uuid", type: string, readOnly: true}'),
        ("_id: {type: integer}", '_id: {"readOnly": true, "x-generated": "identity", type: integer}'),
    ],
)
def test_an_id_that_is_any_text_is_a_uuid(tmp_path: Path, id_: str, line: str) -> None:
    assert line in completed(tmp_path, id_)


@pytest.mark.parametrize("words", ["format: objectid", "maxLength: 24", "pattern: '^n_'", "enum: [a, b]"])
def test_an_id_that_no_uuid_is_makes_no_resource(tmp_path: Path, words: str) -> None:
    assert not [
        line for line in completed(tmp_path, f"id: {{type: string, {words}}}") if "x-resource" in line
    ]


@pytest.mark.parametrize("name", ["slug", "code", "name", "idea"])
def test_a_text_that_means_something_is_no_generated_id(tmp_path: Path, name: str) -> None:
    lines = completed(tmp_path, f"{name}: {{type: string}}", key=name)

    assert [line for line in lines if "x-resource" in line] == []


def completed(folder: Path, id_: str, key: str = "id") -> list[str]:
    """Return the lines that are added to a contract whose rows have such an id."""
    file = folder / "api.yaml"
    size = "size: {type: integer}"
    text = HEAD.format(shown=size, sent=size, key=key, put="NewNote", version="3.1.0")
    text = text.replace("id: {type: string, format: uuid}", id_, 1)
    file.write_text(text.replace("[id, text]", f"[{id_.partition(':')[0]}, text]"), "utf-8")
    checklist.apply(file)
    assert checklist.steps(file) == []
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line not in text.splitlines()]


@pytest.mark.parametrize(
    "type_", ["{type: string}", "{type: [string, 'null']}", "{type: string, format: uuid}"]
)
def test_a_reference_to_an_id_that_becomes_a_uuid_is_suggested(tmp_path: Path, type_: str) -> None:
    file = tmp_path / "api.yaml"
    parent = f"note_id: {type_}"
    text = HEAD.format(shown=parent, sent=parent, key="id", put="NewNote", version="3.1.0")
    file.write_text(text.replace("id: {type: string, format: uuid}", "id: {type: string}", 1), "utf-8")
    checklist.apply(file)

    (step,) = checklist.steps(file)

    added = "" if "format" in type_ else "`format: uuid` and "
    assert step.problem.message.startswith("note_id of Note looks like the id of a Note")
    assert step.problem.fix.startswith(f"Add {added}`x-references: Note`, or")


OTHER_PATHS = """
  /notes/create:
    post:
      operationId: addNote
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/NewNote"}}}
      responses:
        "201":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
  /users/me/notes:
    get:
      operationId: listMyNotes
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses:
        "200":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Notes"}}}
  /notes/{NAME}/remarks:
    parameters: [{name: NAME, in: path, required: true, schema: {type: string, format: uuid}}]
    post:
      operationId: createRemark
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Remark"}}}
      responses:
        "201":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Remark"}}}
  /notes/{note}/remarks/{key}:
    get:
      operationId: getRemark
      parameters:
        - {name: key, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: note, in: path, required: true, schema: {type: string, format: uuid}}
      responses:
        "200":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Remark"}}}
"""
REMARK = """
    Remark:
      type: object
      required: [id, text]
      properties: {id: {type: string, format: uuid}, text: {type: string}}
"""


@pytest.mark.parametrize("name", ["id", "note", "note_id"])
@pytest.mark.parametrize("order", [1, -1])
def test_the_path_with_rows_behind_it_keeps_a_resource(tmp_path: Path, name: str, order: int) -> None:
    size = "size: {type: integer}"
    text = HEAD.format(shown=size, sent=size, key="id", put="NewNote", version="3.1.0")
    paths = re.split(r"(?m)^(?=  /)", OTHER_PATHS.strip("\n").replace("NAME", name))[::order]
    text = text.replace(
        "components:\n", "".join(f"{path.rstrip()}\n" for path in paths if path) + "components:\n"
    )
    file = tmp_path / "api.yaml"
    file.write_text(f"{text.rstrip()}{REMARK}", "utf-8")

    changes = {change.why for change in checklist.apply(file)}

    assert "Note looks like a resource: /notes keeps them" in changes
    assert f"Remark looks like a resource: /notes/{{{name}}}/remarks keeps them" in changes
    assert "x-operation" not in file.read_text("utf-8")
    assert checklist.steps(file) == []
    assert "parent: {resource: Note" in file.read_text("utf-8")


INSIDE = """
    Maker:
      type: object
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
"""


@pytest.mark.parametrize(
    ("kept", "more"),
    [
        ("maker: {$ref: '#/components/schemas/Maker'}", ""),
        ("makers: {type: array, items: {$ref: '#/components/schemas/Maker'}}", ""),
        (
            "made: {$ref: '#/components/schemas/Made'}",
            "    Made: {type: object, properties: {by: {$ref: '#/components/schemas/Maker'}}}\n",
        ),
    ],
)
def test_a_resource_whose_values_no_table_can_hold_is_written_by_hand(
    tmp_path: Path, kept: str, more: str
) -> None:
    file = tmp_path / "api.yaml"
    text = HEAD.format(shown=kept, sent=kept, key="id", put="NewNote", version="3.1.0")
    file.write_text(f"{text.rstrip()}{INSIDE}{more}", "utf-8")

    changes = [change.why for change in checklist.apply(file)]

    assert "x-resource" not in file.read_text("utf-8")
    assert sum("readOnly inside a nested value would be ignored [FH210]" in why for why in changes) == 4
    assert checklist.steps(file) == []


MAKERS = """\
  /makers:
    get:
      operationId: listMakers
      responses:
        "200":
          description: D
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Maker"}}}}
    post:
      operationId: createMaker
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
      responses:
        "201":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Maker"}}}
"""


def test_a_resource_that_another_one_shows_is_kept_and_the_other_one_is_written_by_hand(
    tmp_path: Path,
) -> None:
    file = tmp_path / "api.yaml"
    shown = "maker: {$ref: '#/components/schemas/Maker'}"
    text = HEAD.format(shown=shown, sent=shown, key="id", put="NewNote", version="3.1.0")
    text = text.replace("components:\n", f"{MAKERS}components:\n", 1)
    file.write_text(f"{text.rstrip()}{INSIDE.replace(', readOnly: true', '')}", "utf-8")

    changes = [change.why for change in checklist.apply(file)]

    assert "Maker looks like a resource: /makers keeps them" in changes
    by_hand = [why.partition(" is written by hand")[0] for why in changes if "[FH210]" in why]
    assert by_hand == ["GET /notes", "POST /notes", "GET /notes/{id}", "PUT /notes/{id}"]
    assert file.read_text("utf-8").count("x-resource") == 1
    assert checklist.steps(file) == []


def test_an_id_that_clients_send_is_none_of_the_service(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    sent = "id: {type: string}"
    text = HEAD.format(shown="size: {type: integer}", sent=sent, key="id", put="NewNote", version="3.1.0")
    file.write_text(text.replace("id: {type: string, format: uuid}", "id: {type: string}", 1), "utf-8")

    checklist.apply(file)

    assert "x-resource" not in file.read_text("utf-8")
    assert checklist.steps(file) == []


def test_an_operation_whose_path_is_read_otherwise_is_written_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    size = "size: {type: integer}"
    text = HEAD.format(shown=size, sent=size, key="id", put="NewNote", version="3.1.0")
    path = """\
  /notes/{id}{format}:
    parameters:
      - {name: format, in: path, required: true, schema: {type: string, enum: [.json]}}
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
      - {name: deep, in: query, schema: {type: object, properties: {a: {type: object}}}}
    get:
      operationId: exportNote
      x-operation: get
      responses:
        "200":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
"""
    file.write_text(text.replace("components:\n", f"{path}components:\n"), "utf-8")

    checklist.apply(file)

    assert "\n    Note:\n      x-resource: {}\n" in file.read_text("utf-8")


def cafes(above: str, below: str) -> dict[str, Any]:
    """A contract whose rows are below `/cafe/{...}`, and whose parents are below `/cafes/{...}`."""

    def rows(name: str) -> dict[str, Any]:
        schema = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        return {"200": {"description": "D", "content": {"application/json": {"schema": schema}}}}

    def key(name: str) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}]

    number = {"type": "integer"}
    gone = {"operationId": "deleteCafe", "responses": {"204": {"description": "D"}}}
    tables = {"operationId": "listTables", "responses": rows("Table")}
    table = {"application/json": {"schema": {"$ref": "#/components/schemas/Table"}}}
    added = {"description": "D", "content": table}
    body = {"required": True, "content": table}
    add = {"operationId": "addTable", "requestBody": body, "responses": {"201": added}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "security": [{"token": []}],
        "paths": {
            "/cafes": {"get": {"operationId": "listCafes", "responses": rows("Cafe")}},
            f"/cafes/{{{above}}}": {"parameters": key(above), "delete": gone},
            f"/cafe/{{{below}}}/tables": {"parameters": key(below), "get": tables, "post": add},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                name: {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {**number}, more: {**number}},
                }
                for name, more in (("Cafe", "stars"), ("Table", "seats"))
            },
        },
    }


@pytest.mark.parametrize(
    ("above", "below", "is_parent"),
    [("cafe_id", "cafe_id", True), ("cafeId", "cafeId", True), ("id", "id", False), ("cafe_id", "x", False)],
)
def test_a_parent_is_known_by_its_parameter_where_paths_have_other_words(
    tmp_path: Path, above: str, below: str, *, is_parent: bool
) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(yaml.safe_dump(cafes(above, below), sort_keys=False), "utf-8")

    checklist.apply(file)

    schemas = yaml.safe_load(file.read_text("utf-8"))["components"]["schemas"]
    expected = {"parent": {"resource": "Cafe"}} if is_parent else {}
    assert schemas["Table"]["x-resource"] == expected
    if is_parent:
        assert [step.problem.message for step in checklist.steps(file)] == []
