"""`freehold init --from` writes what needs no decision into the copy of a contract, and nothing else."""

import difflib
import itertools
import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from freehold.cli.main import main
from freehold.contract import loading
from freehold.reading.json_pointers import resolve_pointer
from freehold.rules import registry
from freehold.workbench.importing import additions, checklist
from freehold.workbench.importing.edits import Edit
from freehold.workbench.importing.text_edits import apply_edits
from tests.support.contracts import SAMPLE

HERE = Path(__file__).parent
PETS = (HERE / "petstore.yaml").read_text("utf-8")
WRITTEN = (
    "bearerAuth",
    "- bearerAuth",
    "x-resource",
    "operationId",
    "readOnly",
    "security",
    "securitySchemes",
    "x-problems",
    "x-unknown",
    "components",
)


def init(folder: str, contract: str) -> Result:
    return CliRunner().invoke(main, ["init", folder, "--from", contract], catch_exceptions=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the removed and the added lines."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


@pytest.mark.parametrize("name", ["petstore", "blog", "invoices"])
def test_lines_are_added_and_all_others_stay(desk: Path, name: str) -> None:
    result = init("api", str(HERE / f"{name}.yaml"))

    before = (HERE / f"{name}.yaml").read_text("utf-8")
    after = (desk / "api" / "openapi" / f"{name}.yaml").read_text("utf-8")
    removed, added = changed_lines(before, after)
    assert result.exit_code == 0, result.output
    assert removed == []
    assert {line.strip().partition(":")[0] for line in added} <= set(WRITTEN)
    assert len(added) >= 2
    for number, line in enumerate(after.splitlines(), start=1):
        if line in added and line not in before:
            assert f"api/openapi/{name}.yaml:{number}: {line.strip()}\n" in result.stdout


@pytest.mark.long
@pytest.mark.parametrize("name", ["petstore", "blog", "invoices"])
def test_a_second_run_changes_nothing(desk: Path, name: str) -> None:
    first = init("one", str(HERE / f"{name}.yaml"))
    second = init("two", f"one/openapi/{name}.yaml")

    texts = [(desk / folder / "openapi" / f"{name}.yaml").read_bytes() for folder in ("one", "two")]
    assert texts[0] == texts[1]
    assert "Written into the copy" in first.stdout
    assert "Written into the copy" not in second.stdout
    assert second.stdout.count("error[") == first.stdout.count("error[")


def test_patterns_of_other_languages_are_translated(desk: Path) -> None:
    text = PETS.replace("paths:", "x-pattern: kept\npaths:", 1)
    pattern = "\n    Slug: {type: string, pattern: '\\A[[:alnum:]-]+\\z'}\n"
    (desk / "pets.yaml").write_text(text.replace("\n  schemas:\n", f"\n  schemas:{pattern}", 1), "utf-8")

    result = init("api", "pets.yaml")

    written = yaml.safe_load((desk / "api" / "openapi" / "pets.yaml").read_text("utf-8"))
    assert written["components"]["schemas"]["Slug"]["pattern"] == "^[A-Za-z0-9-]+$"
    assert "FH208" not in result.output


def test_a_nullable_type_of_openapi_3_0_has_null_in_3_1(desk: Path) -> None:
    added = "\n    Slug: {type: object, properties: {nullable: {type: string, nullable: true}}}\n"
    enum = "    Word: {type: string, nullable: true, enum: [a]}\n"
    enum += "    Lines:\n      type: string\n      enum:\n        - b\n        - c\n      nullable: true\n"
    enum += "    One: {type: string, nullable: true, const: a}\n"
    enum += (
        "    Other: {type: object, properties: {word: {$ref: '#/components/schemas/Word', nullable: true}}}\n"
    )
    text = PETS.replace("\n  schemas:\n", f"\n  schemas:{added}{enum}", 1)
    text, number = re.subn(r"openapi: [\d.]+", "openapi: 3.1.0", text)
    assert number == 1
    (desk / "pets.yaml").write_text(text, "utf-8")

    result = init("api", "pets.yaml")

    written = yaml.safe_load((desk / "api" / "openapi" / "pets.yaml").read_text("utf-8"))
    schemas = written["components"]["schemas"]
    assert schemas["Slug"]["properties"]["nullable"]["type"] == ["string", "null"]
    assert schemas["Word"] == {"type": ["string", "null"], "nullable": True, "enum": ["a", None]}
    assert schemas["Lines"] == {"type": ["string", "null"], "nullable": True, "enum": ["b", "c", None]}
    assert schemas["One"]["type"] == "string"  # nobody knows what is meant
    other = [{"$ref": "#/components/schemas/Word"}, {"type": "null"}]
    assert schemas["Other"]["properties"]["word"] == {"anyOf": other, "nullable": True}
    assert result.output.count("null would be rejected") == 7
    assert result.output.count("error[FH202]: nullable") == 1


SIBLINGS = {
    "flow": "{$ref: '#/components/schemas/Word', nullable: true, readOnly: true}",
    "flow, quoted": '{nullable: true, "$ref": "#/components/schemas/Word", readOnly: true}',
    "block": """
          $ref: '#/components/schemas/Word' # the word
          nullable: true
          readOnly: true""",
}


@pytest.mark.parametrize("text", SIBLINGS.values(), ids=SIBLINGS)
def test_words_beside_a_reference_have_an_effect_in_openapi_3_0(desk: Path, text: str) -> None:
    added = f"""
    Word: {{type: string, maxLength: 9}}
    Slug:
      type: object
      properties:
        described: {{$ref: '#/components/schemas/Word', description: It.}}
        word: {text}
"""
    pets = re.sub(r"openapi: [\d.]+", "openapi: 3.0.3", PETS)
    (desk / "pets.yaml").write_text(pets.replace("\n  schemas:\n", f"\n  schemas:{added}", 1), "utf-8")

    result = init("api", "pets.yaml")

    written = yaml.safe_load((desk / "api" / "openapi" / "pets.yaml").read_text("utf-8"))
    reference = {"$ref": "#/components/schemas/Word"}
    assert written["components"]["schemas"]["Slug"]["properties"] == {
        "described": {**reference, "description": "It."},
        "word": {"allOf": [reference], "nullable": True, "readOnly": True},
    }
    assert result.output.count("beside a $ref") == 1


@pytest.mark.parametrize(
    "word", ["additionalProperties: false", "type: integer", "maxLength: 3", "enum: [a]"]
)
def test_words_that_could_contradict_the_reference_are_left_to_people(desk: Path, word: str) -> None:
    added = f"""
    Word: {{type: string, maxLength: 9}}
    Slug: {{type: object, properties: {{word: {{$ref: '#/components/schemas/Word', {word}}}}}}}
"""
    pets = re.sub(r"openapi: [\d.]+", "openapi: 3.0.3", PETS)
    (desk / "pets.yaml").write_text(pets.replace("\n  schemas:\n", f"\n  schemas:{added}", 1), "utf-8")

    result = init("api", "pets.yaml")

    assert "allOf" not in (desk / "api" / "openapi" / "pets.yaml").read_text("utf-8")
    assert "error[FH204]" in result.output


def test_words_of_openapi_3_1_are_those_of_3_0(desk: Path) -> None:
    added = """
    Slug:
      type: object
      properties:
        one: {type: [string]}
        other: {type: [integer, "null"], exclusiveMinimum: 3}
        both: {type: [string, integer]}
        known: {type: number, maximum: 4, exclusiveMaximum: 5}
        half: {type: number, exclusiveMinimum: .5}
        aliased: {type: number, exclusiveMinimum: &three 3, example: *three}
        said: {type: [string, "null" # nothing
          ]}
"""
    text = re.sub(r"openapi: [\d.]+", "openapi: 3.0.3", PETS).replace(
        "\n  schemas:\n", f"\n  schemas:{added}", 1
    )
    (desk / "pets.yaml").write_text(text, "utf-8")

    result = init("api", "pets.yaml")

    written = yaml.safe_load((desk / "api" / "openapi" / "pets.yaml").read_text("utf-8"))
    properties = written["components"]["schemas"]["Slug"]["properties"]
    assert properties["one"] == {"type": "string"}
    other = {"type": "integer", "nullable": True, "minimum": 3, "exclusiveMinimum": True}
    assert properties["other"] == other
    assert properties["both"] == {"type": ["string", "integer"]}
    assert properties["known"] == {"type": "number", "maximum": 4, "exclusiveMaximum": 5}
    assert properties["half"] == {"type": "number", "minimum": 0.5, "exclusiveMinimum": True}
    assert properties["aliased"] == {"type": "number", "exclusiveMinimum": 3, "example": 3}
    assert properties["said"] == {"type": ["string", "null"]}
    assert result.output.count("error[FH202]") == 2


def test_operations_of_one_name_get_names_of_their_own(desk: Path) -> None:
    ok = 'responses: {"204": {description: D}}'
    (desk / "a.yaml").write_text(
        f"""openapi: 3.1.0
info: {{title: A, version: "1"}}
paths:
  /first: {{get: {{{ok}}}, post: {{operationId: do_it, {ok}}}}}
  /second: {{get: {{operationId: doIt, {ok}}}, put: {{operationId: getFirst, {ok}}}}}
  /third: {{post: {{operationId: do_it, {ok}}}, get: {{operationId: do-it, {ok}}}}}
""",
        "utf-8",
    )

    result = init("api", "a.yaml")

    paths = yaml.safe_load((desk / "api" / "openapi" / "a.yaml").read_text("utf-8"))["paths"]
    names = {
        f"{method} {path}": o["operationId"] for path, item in paths.items() for method, o in item.items()
    }
    assert names.pop("post /first") == "do_it"
    assert names.pop("put /second") == "getFirst"
    assert names == {
        "get /first": "getFirst2",
        "get /second": "getSecond",
        "post /third": "createThird",
        "get /third": "getThird",
    }
    assert "another operation is called do_it, too" in result.output
    assert "error[FH301]" not in result.output


PLACES = {
    "parameters/0/schema": "parameters: [{name: a, in: query, schema: WORDS}]",
    "requestBody/content/application~1json/schema/properties/a": (
        "requestBody: {content: {application/json: {schema: {properties: {a: WORDS}}}}}"
    ),
    "responses/200/content/application~1json/schema/items": (
        "responses: {'200': {description: '', content: {application/json: {schema: {items: WORDS}}}}}"
    ),
    "responses/200/headers/X-A/schema": (
        "responses: {'200': {description: '', headers: {X-A: {schema: WORDS}}}}"
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("version", "words", "written"),
    [
        ("3.0.3", '{type: [string, "null"]}', "{type: string, nullable: true}"),
        ("3.0.3", "{exclusiveMaximum: 6}", "{maximum: 6, exclusiveMaximum: true}"),
        ("3.1.0", "{maximum: 6, exclusiveMaximum: true}", "{maximum: 6, exclusiveMaximum: 6}"),
        ("3.1.0", "{minimum: -0.5, exclusiveMinimum: True}", "{minimum: -0.5, exclusiveMinimum: -0.5}"),
        ("3.1.0", "{type: string, pattern: '[[:digit:]]'}", "{type: string, pattern: '[0-9]'}"),
    ],
)
def test_schemas_inside_of_operations_have_the_words_of_the_version(
    desk: Path, version: str, words: str, written: str, place: str
) -> None:
    inside = PLACES[place].replace("WORDS", words)
    more = "" if place.startswith("responses") else "\n      responses: {'200': {description: ''}}"
    (desk / "a.yaml").write_text(
        f"openapi: {version}\ninfo: {{title: A, version: '1'}}\npaths:\n  /stats:\n    put:\n"
        f"      operationId: putStats\n      {inside}{more}\n",
        "utf-8",
    )

    init("api", "a.yaml")

    after = yaml.safe_load((desk / "api" / "openapi" / "a.yaml").read_text("utf-8"))
    assert resolve_pointer(after, f"/paths/~1stats/put/{place}") == yaml.safe_load(written)


def test_a_path_keeps_its_name_if_another_one_would_match_the_same(desk: Path) -> None:
    text = PETS.replace("/pets/{petId}", "/pets/:petId")
    other = (
        "{get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}}"
    )
    text = text.replace("\npaths:\n", f"\npaths:\n  /pets/{{id}}: {other}\n", 1)
    (desk / "pets.yaml").write_text(text, "utf-8")

    init("api", "pets.yaml")

    assert "  /pets/:petId:" in (desk / "api" / "openapi" / "pets.yaml").read_text("utf-8")


def test_a_path_that_something_refers_to_keeps_its_name(desk: Path) -> None:
    text = PETS.replace("/pets/{petId}", "/pets/:petId")
    reference = "{$ref: '#/paths/~1pets~1:petId/get/responses/200'}"
    text = text.replace(
        "\npaths:\n", f"\npaths:\n  /other:\n    get: {{responses: {{'200': {reference}}}}}\n", 1
    )
    (desk / "pets.yaml").write_text(text, "utf-8")

    result = init("api", "pets.yaml")

    assert "/pets/:petId:" in (desk / "api" / "openapi" / "pets.yaml").read_text("utf-8")
    assert "FH020" not in result.output
    assert "Write {petId} instead of :petId in the path." in result.output


def test_parameters_of_paths_after_a_colon_are_in_braces(desk: Path) -> None:
    text = PETS.replace("/pets/{petId}", "/pets/:petId")
    assert text != PETS
    (desk / "pets.yaml").write_text(text, "utf-8")

    result = init("api", "pets.yaml")

    written = (desk / "api" / "openapi" / "pets.yaml").read_text("utf-8")
    assert "/pets/{petId}" in written
    assert "it was /pets/:petId: a parameter of a path is in braces" in result.output
    assert "FH310" not in result.output


def test_only_the_copy_is_edited(desk: Path) -> None:
    (desk / "openapi").mkdir()
    (desk / "openapi" / "pets.yaml").write_text(PETS, "utf-8")

    assert init(".", "openapi/pets.yaml").exit_code == 0
    assert init("copy", "openapi/pets.yaml").exit_code == 0

    assert (desk / "openapi" / "pets.yaml").read_text("utf-8") == PETS
    assert "x-resource: {}" in (desk / "copy" / "openapi" / "pets.yaml").read_text("utf-8")


def without_security(text: str) -> str:
    """The contract without any word about security."""
    whole = yaml.safe_load(text)
    whole["components"].pop("securitySchemes", None)
    whole.pop("security", None)
    return yaml.safe_dump(whole, sort_keys=False)


def test_a_contract_in_flow_style_and_with_windows_line_endings_keeps_its_style(desk: Path) -> None:
    whole = yaml.safe_load(PETS)
    texts = {
        "flow.yaml": yaml.safe_dump(whole, default_flow_style=True, sort_keys=False, width=100),
        "compact.json": json.dumps(whole),
        "pretty.json": json.dumps(whole, indent=4),
        "windows.yaml": PETS.replace("\n", "\r\n"),
        "none.yaml": without_security(PETS),
    }
    for name, text in texts.items():
        (desk / name).write_bytes(text.encode())
        result = init(f"api-{name}", name)

        edited = (desk / f"api-{name}" / "openapi" / name).read_bytes().decode()
        assert result.exit_code == 0, result.output
        assert "Add:\n" not in result.stdout  # nothing was left to do by hand that could be written
        assert edited.count("\n") - text.count("\n") in ((0,) if name == "compact.json" else range(1, 30))
        assert ("\r\n" in text) is ("\r\n" in edited)
        assert edited.count("\r\n") in (0, edited.count("\n"))
        if name.endswith(".json"):
            assert json.loads(edited)["components"]["schemas"]["Pet"]["x-resource"] == {}


SECURED = """\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /login:
    post: {operationId: login, responses: {"200": {description: D}}}
  /open:
    get: {operationId: open, security: [], responses: {"200": {description: D}}}
  /marked:
    get: {operationId: marked, x-public: true, responses: {"200": {description: D}}}
  /either:
    get: {operationId: either, security: [{}, {token: []}], responses: {"200": {description: D}}}
  /scoped:
    get: {operationId: scoped, security: [{token: [read]}], responses: {"200": {description: D}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
"""


def test_no_operation_becomes_public_and_none_loses_its_security(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SECURED, "utf-8")

    checklist.apply(file)

    paths = yaml.safe_load(file.read_text("utf-8"))["paths"]
    required = {path: next(iter(item.values())).get("security") for path, item in paths.items()}
    assert required == {
        "/login": [{"token": []}],
        "/open": [{"token": []}],
        "/marked": None,
        "/either": [{"token": []}],
        "/scoped": [{"token": ["read"]}],
    }
    assert file.read_text("utf-8").count("x-public") == 1


RENAMED = """\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    get:
      responses:
        "200":
          description: See "#/components/schemas/Item-Input".
          content: {application/json: {schema: {$ref: '#/components/schemas/Item-Input'}}}
          x-more: {$ref: '#/components/schemas/Item-Input'}
components:
  schemas:
    "Item-Input": # the comment
      properties:
        date: {$ref: "#/components/schemas/Date/properties/day"}
        self: {$ref: '#/components/schemas/Item-Input'}
        at: {example: 18:00}
    Date: {properties: {day: {type: string}}}
    ItemInput: {type: object}
    Cat: {type: object}
    dog: {type: object}
    Pet:
      oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/dog"}]
      discriminator: {propertyName: kind}
    A_B: &alias {type: object}
    Page«Item»: {type: object}
    Copy: *alias
"""


@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
def test_schemas_that_need_other_names_get_them_with_all_references(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    text = json.dumps(yaml.safe_load(RENAMED.replace("18:00", '"18:00"')), indent=1)
    file.write_text(text if name.endswith("json") else RENAMED, "utf-8")

    changes = checklist.apply(file)

    edited = file.read_text("utf-8")
    schemas = yaml.safe_load(edited)["components"]["schemas"]
    assert [name for name in schemas if name != "dog"] == [
        "ItemInputSchema", "Date", "ItemInput", "Cat", "Pet", "A_B", "PageItem", "Copy"
    ]  # fmt: skip
    assert [schemas["ItemInputSchema"]["properties"][name].get("$ref") for name in ("date", "self")] == [
        "#/components/schemas/Date/properties/day",
        "#/components/schemas/ItemInputSchema",
    ]
    assert edited.count("Item-Input") == 2  # in the description, and in a word of another tool
    assert edited.count("dog") == text.count("dog")  # its name is the value of the discriminator
    assert any("whose class another schema has" in change.why for change in changes)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("security: [{key: []}]\n", 'security: [{"bearerAuth": []}, {key: []}]\n'),
        (
            "security:\n# one\n- key: []\n  more: []\n",
            "security:\n# one\n- bearerAuth: []\n- key: []\n  more: []\n",
        ),
        ("security:\n  -   key: []\n", "security:\n  - bearerAuth: []\n  -   key: []\n"),
        ("security: []\n", 'security: [{"bearerAuth": []}]\n'),
        ("security:\n- key: []\n- {}\n", "security:\n- key: []\n- bearerAuth: []\n"),
        (
            "security:\n  - { }  # or none\n  - key: []\n",
            "security:\n  - bearerAuth: []  # or none\n  - key: []\n",
        ),
        ("security: [{key: []}, {}]\n", 'security: [{key: []}, {"bearerAuth": []}]\n'),
    ],
)
def test_a_bearer_token_becomes_an_alternative_where_there_is_none(
    tmp_path: Path, before: str, after: str
) -> None:
    file = tmp_path / "api.yaml"
    head, _, schemes = SECURED.partition("paths:\n")
    paths = '  /a: {get: {operationId: a, responses: {"200": {description: D}}}}\n'
    rest = f"paths:\n{paths}components:{schemes.partition('components:')[2]}"
    rest = rest.replace("    token: {type: http, scheme: bearer}\n", "")
    file.write_text(f"{head}{before}{rest}", "utf-8")

    checklist.apply(file)

    edited = file.read_text("utf-8")
    assert "    bearerAuth: {type: http, scheme: bearer}\n    key: {" in edited
    assert after in edited or yaml.safe_load(edited)["paths"]["/a"]["get"]["security"] == [{"bearerAuth": []}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[{}]", '[{"token": []}]'),
        ("[{}, {token: []}]", "[{token: []}]"),
        ("[{key: []}, {} , {token: []}]", "[{key: []} , {token: []}]"),
    ],
)
def test_a_token_is_required_where_none_was_and_the_list_says_so(
    tmp_path: Path, before: str, after: str
) -> None:
    file = tmp_path / "api.yaml"
    text = SECURED.replace("security: []", f"security: {before}")
    assert text != SECURED
    file.write_text(text, "utf-8")

    changes = checklist.apply(file)

    assert f"get: {{operationId: open, security: {after}," in file.read_text("utf-8")
    assert sum("no token was required" in change.why for change in changes) == 2  # beside /either
    assert checklist.steps(file) == []


def test_a_public_operation_stays_public(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    text = SECURED.replace("x-public: true", "x-public: true, security: [{}]")
    file.write_text(text, "utf-8")

    checklist.apply(file)

    assert "x-public: true, security: [{}]" in file.read_text("utf-8")


NESTED = """\
openapi: 3.1.0
info: {title: T, version: "1"}
security: [{token: []}]
paths:
  /shelves:
    get:
      responses:
        "200":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/All"}}}
  /shelves/{shelf}/books/:
    post:
      parameters: [{name: shelf, in: path, required: true, schema: {type: string}}]
      responses:
        "201":
          description: D
          content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}
  /shelves/{shelf}/books/{bookId}/lend:
    post: {operationId: lend, responses: {"204": {description: D}}}
components:
  securitySchemes: {token: {type: oauth2, flows: {}}}
  schemas:
    All: {type: array, items: {$ref: "#/components/schemas/Shelf"}}
    Shelf: {type: object, properties: {id: {type: integer}}}
    Book:
      type: object
      properties:
        # the key of a book
        bookId: {$ref: "#/components/schemas/Key"}
        shelf: {type: integer}
    Key: {type: string, format: uuid}
"""


def test_resources_their_keys_and_their_parents_are_inferred(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(NESTED, "utf-8")

    checklist.apply(file)

    assert [line for line in file.read_text("utf-8").splitlines() if line not in NESTED.splitlines()] == [
        "x-problems: standard",
        "      operationId: listShelfs",
        "      operationId: createBook",
        "      x-operation: custom",
        "    parameters: [{name: shelf, in: path, required: true, schema: {type: string}}, "
        "{name: bookId, in: path, required: true, schema: {type: string}}]",
        '    Shelf: {"x-resource": {}, type: object, properties: {id: {"readOnly": true, type: integer}}}',
        "      x-resource: {parent: {resource: Shelf, field: shelf}}",
        '        bookId: {"readOnly": true, "x-generated": "uuid", $ref: "#/components/schemas/Key"}',
        '        shelf: {"readOnly": true, type: integer}',
    ]


@pytest.mark.parametrize(
    ("parameter", "key", "shown", "parent"),
    [
        ("shelf", "bookId", "shelfId", "{resource: Shelf}"),
        ("id", "bookId", "shelf_id", "{resource: Shelf}"),
        ("id", "id", "title", "{resource: Shelf}"),
        ("place", "bookId", "title", "{resource: Shelf, field: place}"),
    ],
)
def test_the_column_of_a_parent_is_inferred(
    tmp_path: Path, parameter: str, key: str, shown: str, parent: str
) -> None:
    file = tmp_path / "api.yaml"
    text = NESTED.replace("{shelf}", f"{{{parameter}}}").replace("name: shelf,", f"name: {parameter},")
    text = text.replace("bookId: {$ref", f"{key}: {{$ref").replace("shelf: {type", f"{shown}: {{type")
    file.write_text(text, "utf-8")

    checklist.apply(file)

    assert f"      x-resource: {{parent: {parent}}}\n" in file.read_text("utf-8")


def test_an_edit_that_would_change_more_than_it_says_is_left_to_people(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    text = "a: &same {x: 1}\nb: *same\nc: {y: 2}\nd: &none {}\ne:\n  # {\n  z: 3\n"
    file.write_text(text, "utf-8")

    wanted = [Edit(f"/{name}/new", {"v": name}) for name in "abcde"]
    made = apply_edits(file, wanted)

    assert [edit.pointer for edit in made] == ["/c/new"]
    assert file.read_text("utf-8") == text.replace("c: {y: 2}", 'c: {"new": {"v": "c"}, y: 2}')


AMBIGUOUS = ("18:00", "2026-11-20", "no", "1_000", "0x1F", "y", ".nan")


@pytest.mark.parametrize("text", AMBIGUOUS)
@pytest.mark.parametrize("place", ["key: {}", "key: [{}]", "- {}", "- key: {} # no", "key: {{a: {}, b: 1}}"])
def test_ambiguous_strings_are_quoted(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "api.yaml"
    words = f"x-words:\n  {place.format(text)}\n"
    file.write_text(f"{SECURED}{words}", "utf-8")

    changes = checklist.apply(file)

    assert file.read_text("utf-8").endswith(f"x-words:\n  {place.format(json.dumps(text))}\n")
    assert sum("YAML 1.1" in change.why for change in changes) == 1
    assert not [step for step in checklist.steps(file) if step.problem.code == "FH011"]


BROKEN = {
    "a limit that is a text": ("minLength: 1\n", "minLength: one\n", "FH103"),
    "a format that is a number": ("maxLength: 200\n", "maxLength: 200\n          format: 7\n", "FH103"),
    "a missing reference": (
        '$ref: "#/components/schemas/TaskPage"',
        '$ref: "#/components/schemas/TaskPages"',
        "FH020",
    ),
    "a reference to a missing file": (
        '$ref: "#/components/schemas/TaskPage"',
        '$ref: "tasks.yaml#/Page"',
        "FH025",
    ),
    "an ambiguous value": ("info:\n", "x-a: 18:00\ninfo:\n", "FH011"),
    "a duplicate key": ("info:\n", "x-a: 1\nx-a: 2\ninfo:\n", "FH009"),
    "a tag": ("info:\n", "x-a: !b c\ninfo:\n", "FH006"),
    "a parameter without a schema": ("          schema: {type: boolean}\n", "", "FH101"),
    "a response with a description that is none": (
        "          description: The task is gone.\n",
        "          description: [1]\n",
        "FH103",
    ),
    "parameters that are none": (
        "parameters:\n    TaskId:",
        "parameters:\n    Other: 7\n    TaskId:",
        "FH103",
    ),
    "an unknown key": ("info:\n", "inof: {}\ninfo:\n", "FH102"),
    "a resource with a wrong option": ("order: [-created_at, -id]", "order: created_at", "FH103"),
    "another version": ("openapi: 3.1.0", "openapi: 3.9.0", "FH110"),
    "no version": ("openapi: 3.1.0", "x-openapi: 3.1.0", "FH101"),
}


def texts_of(*names: str) -> str:
    text = SAMPLE
    for name in names:
        before, after, _ = BROKEN[name]
        assert text.count(before) >= 1, name
        text = text.replace(before, after, 1)
    return text


def listed(file: Path) -> list[str]:
    return sorted({step.problem.code for step in checklist.steps(file)})


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_part_does_not_hide_what_else_is_wrong(tmp_path: Path, name: str) -> None:
    file = tmp_path / "api.yaml"
    wrong = "operationId: completeTask", "operationId: 1import"
    file.write_text(texts_of(name).replace(*wrong), "utf-8")

    assert {BROKEN[name][2]} < set(listed(file)) | {"FH301"}
    assert [step for step in checklist.steps(file) if "import" in step.problem.message]


PAIRS = [
    names for names in itertools.combinations(BROKEN, 2) if len({BROKEN[name][0] for name in names}) == 2
]


@pytest.mark.parametrize("names", PAIRS[::5])
def test_problems_of_the_file_are_all_listed_at_once(tmp_path: Path, names: tuple[str, str]) -> None:
    file = tmp_path / "api.yaml"
    expected = set()
    for name in names:
        file.write_text(texts_of(name), "utf-8")
        expected |= set(listed(file))

    file.write_text(texts_of(*names), "utf-8")

    assert set(listed(file)) == expected


def test_the_list_of_a_complete_contract_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SAMPLE, "utf-8")
    registry.check(loading.load(file))

    assert checklist.apply(file) == []
    assert checklist.steps(file) == []


def test_parameters_of_paths_are_declared_and_required(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    ok = 'responses: {"200": {description: D}}'
    shared = "parameters: [{name: a, in: path, schema: {type: integer}}]"
    paths = f"""\
  /a/{{a}}:
    {shared}
    get: {{operationId: one, {ok}}}
    put: {{operationId: two, parameters: [{{name: q, in: query, schema: {{type: string}}}}], {ok}}}
  /b/{{b}}/{{c}}:
    get:
      operationId: three
      parameters:
        - {{name: c, in: path, required: true, schema: {{type: string}}}}
      {ok}
  /d/{{d}}/{{f}}:
    get: {{operationId: four, {ok}}}
  /g/{{g}}/{{h}}:
    parameters: [{{name: g, in: path, required: true, schema: {{type: string}}}}]
    get: {{operationId: six, {ok}}}
  /e/{{e}}:
    get: {{operationId: five, parameters: [{{name: ee, in: path, required: true, schema: {{}}}}], {ok}}}
"""
    file.write_text(SECURED.replace("components:\n", f"{paths}components:\n"), "utf-8")

    changes = [change.why for change in checklist.apply(file)]

    root = yaml.safe_load(file.read_text("utf-8"))["paths"]
    text = {"in": "path", "required": True, "schema": {"type": "string"}}
    assert root["/a/{a}"]["parameters"] == [
        {"name": "a", "in": "path", "required": True, "schema": {"type": "integer"}}
    ]
    assert [p["name"] for p in root["/a/{a}"]["put"]["parameters"]] == ["q"]
    assert root["/b/{b}/{c}"]["parameters"] == [{"name": "b", **text}]
    assert root["/d/{d}/{f}"]["parameters"] == [{"name": "d", **text}, {"name": "f", **text}]
    assert [p["name"] for p in root["/g/{g}/{h}"]["parameters"]] == ["h", "g"]
    assert [p["name"] for p in root["/e/{e}"]["get"]["parameters"]] == ["ee"]  # it is misspelled
    assert changes.count("the path parameter {a} of /a/{a} is required") == 1
    assert {step.problem.code for step in checklist.steps(file)} == {"FH310"}


@pytest.mark.parametrize("option", [(), ("--no-apply",)])
def test_each_addition_has_its_place_in_the_list(desk: Path, option: tuple[str, ...]) -> None:
    path = '  /more/{a}/{b}:\n    get: {operationId: more, responses: {"204": {description: D}}}\n'
    text = SECURED.replace("components:\n", f"{path}components:\n")
    (desk / "more.yaml").write_text(text, "utf-8")

    result = CliRunner().invoke(main, ["init", "api", "--from", "more.yaml", *option], catch_exceptions=False)

    assert result.exit_code == 0, result.output
    assert "a, b of the path /more/{a}/{b} are not declared" in result.output
    assert {*checklist._TOPIC_ORDER} >= {
        value for name, value in vars(additions).items() if name.isupper() and isinstance(value, str)
    }
