"""An edit writes a key or a value into the text of a contract, in the style of its place."""

import codecs
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.reading.bundle import BundledContract, bundle
from freehold.workbench.importing import text_edits
from freehold.workbench.importing.edits import Edit, OrNull, Removal
from freehold.workbench.importing.text_edits import apply_edits

SCHEME = {"type": "http", "scheme": "bearer", "description": "A token: JWT"}
EMPTY = ["{}", "{ }", "{\n    }"]
STYLES = {
    "block": "openapi: 3.1.0 # {\ncomponents:\n  KEY: EMPTY # none yet\npaths: {}\n",
    "flow": "{openapi: 3.1.0, components: {KEY: EMPTY}, paths: {}} # none yet\n",
    "JSON": '{"openapi": "3.1.0", "components": {"KEY": EMPTY}, "paths": {}}\n',
    "block of Windows": "components:\r\n  KEY: EMPTY # none yet\r\npaths: {}\r\n",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["", "byte order mark"])
@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("key", ["securitySchemes", "'a~b/c'", '"ä b"'])
def test_an_empty_mapping_gets_keys(tmp_path: Path, style: str, mark: bytes, empty: str, key: str) -> None:
    quoted = '"KEY"' if style == "JSON" else "KEY"
    written = f'"{yaml.safe_load(key)}"' if style == "JSON" else key
    text = STYLES[style].replace(quoted, written).replace("EMPTY", empty)
    contract = tmp_path / "api.yaml"
    contract.write_bytes(mark + text.encode())
    name = yaml.safe_load(key)
    pointer = f"/components/{name.replace('~', '~0').replace('/', '~1')}"
    edits = [Edit(f"{pointer}/bearerAuth", SCHEME), Edit(f"{pointer}/other", {"type": "http"})]

    made = apply_edits(contract, edits)

    assert contract.read_bytes().startswith(mark)
    after = contract.read_bytes().removeprefix(mark).decode()
    expected = yaml.safe_load(text)
    expected["components"][name] = {"bearerAuth": SCHEME, "other": {"type": "http"}}
    assert made == edits
    assert yaml.safe_load(after) == expected
    before_it, _, behind_it = text.partition(empty if empty in text else "{}")
    assert after.startswith(before_it)
    assert after.endswith(behind_it)


@pytest.mark.parametrize("style", STYLES)
def test_a_key_is_written_in_front_of_the_first_one_after_a_byte_order_mark(
    tmp_path: Path, style: str
) -> None:
    text = STYLES[style].replace("EMPTY", "{}")
    contract = tmp_path / "api.yaml"
    contract.write_bytes(codecs.BOM_UTF8 + text.encode())

    assert apply_edits(contract, [Edit("/x-problems", "standard"), Edit("/components/KEY/a", 1)])

    written = contract.read_bytes()
    assert written.count(codecs.BOM_UTF8) == 1
    expected = yaml.safe_load(text) | {"components": {"KEY": {"a": 1}}, "x-problems": "standard"}
    assert yaml.safe_load(written.decode("utf-8-sig")) == expected


def test_edits_that_cannot_be_made_cost_no_attempt_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt reads the contract again: one for each of many edits takes minutes."""
    many = 200
    plain = "".join("  - type: {}\n" for _ in range(many))
    shared = "".join("  - *one\n" for _ in range(many))
    contract = tmp_path / "api.yaml"
    text = f"openapi: 3.1.0\nfirst: &one {{type: object}}\nplain:\n{plain}shared:\n{shared}"
    contract.write_text(text, "utf-8")
    reads = []

    def count_reads(*names: Any) -> BundledContract:
        reads.append(names)
        return bundle(*names)

    monkeypatch.setattr(text_edits, "bundle", count_reads)
    edits = [Edit(f"/{kind}/{n}/title", "A") for n in range(many) for kind in ("plain", "shared")]

    made = apply_edits(contract, edits)

    assert made == edits[::2]
    assert len(reads) < 10


@pytest.mark.parametrize("text", ["components: &none {}\nother: *none\n", "components:\npaths: {}\n"])
def test_a_mapping_that_is_shared_or_none_stays(tmp_path: Path, text: str) -> None:
    contract = tmp_path / "api.yaml"
    contract.write_text(text, "utf-8")

    assert apply_edits(contract, [Edit("/components/schemas", {})]) == []
    assert contract.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: [{x: []}, {}] # c\n", "a: [{x: []}] # c\n"),
        ("a: [ {}, {x: []} ]\n", "a: [ {x: []} ]\n"),
        ("a: [{x: []},\n  {  },\n  {y: []}]\n", "a: [{x: []},\n  {y: []}]\n"),
        ("a:\n- x: []\n- {}\nb: 1\n", "a:\n- x: []\nb: 1\n"),
        ("a:\r\n  - {}\r\n  - x: []\r\n", "a:\r\n  - x: []\r\n"),
        ("a:\n  -\n    {}\n  - x: []\n", "a:\n  -\n    {}\n  - x: []\n"),
        ("a:\n  - x: []\n  - {} # why\n", "a:\n  - x: []\n  - {} # why\n"),
        ("a:\n  - x: []\n  - {}", "a:\n  - x: []\n"),
    ],
)
def test_an_empty_element_is_removed_with_its_line_or_its_comma(
    tmp_path: Path, before: str, after: str
) -> None:
    contract = tmp_path / "api.yaml"
    contract.write_bytes(before.encode())
    remaining = [one for one in yaml.safe_load(before)["a"] if one]

    made = apply_edits(contract, [Removal("/a", remaining)])

    assert contract.read_bytes().decode() == after
    assert len(made) == (before != after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('a: {b: ["string", "null"], c: 1}\n', 'a: {b: "string", c: 1}\n'),
        ("a:\n  b: [string, 'null'] # c\n", 'a:\n  b: "string" # c\n'),
        ("a:\n  b:\n  - string\n  - 'null'\n  c: 1\n", 'a:\n  b: "string"\n  c: 1\n'),
        ('a:\r\n  b:\r\n    - string\r\n    - "null"\r\n', 'a:\r\n  b: "string"\r\n'),
        ('{"a": {"b": [\n  "string",\n  "null"\n]}}\n', '{"a": {"b": "string"}}\n'),
        ("a:\n  b: # c\n  - string\n  - 'null'\n", None),
        ("a:\n  b: &x [string, 'null']\n  c: *x\n", None),
    ],
)
def test_an_array_of_words_becomes_one_word(tmp_path: Path, before: str, after: str | None) -> None:
    contract = tmp_path / "api.yaml"
    contract.write_bytes(before.encode())

    made = apply_edits(contract, [Edit("/a/b", "string")])

    assert contract.read_bytes().decode() == (before if after is None else after)
    assert len(made) == (after is not None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a:\n  $ref: '#/x' # c\n  nullable: true\n",
            "a:\n  anyOf: [{$ref: '#/x'}, {type: \"null\"}] # c\n  nullable: true\n",
        ),
        (
            'a: {nullable: true, $ref: "#/x"}\n',
            'a: {nullable: true, anyOf: [{$ref: "#/x"}, {type: "null"}]}\n',
        ),
        (
            '{"a": {"$ref": "#/x", "nullable": true}}\n',
            '{"a": {"anyOf": [{"$ref": "#/x"}, {"type": "null"}], "nullable": true}}\n',
        ),
        (
            "a:\r\n  $ref:   '#/x'\r\n",
            "a:\r\n  anyOf: [{$ref:   '#/x'}, {type: \"null\"}]\r\n",
        ),
    ],
)
def test_a_reference_becomes_a_choice_with_null(tmp_path: Path, before: str, after: str) -> None:
    contract = tmp_path / "api.yaml"
    contract.write_bytes(before.encode())

    made = apply_edits(contract, [OrNull("/a/$ref", "#/x")])

    assert contract.read_bytes().decode() == after
    assert [edit.line for edit in made] == ["anyOf: [{$ref: '#/x'}, {type: 'null'}]"]


def test_an_edit_that_makes_a_problem_is_not_made(tmp_path: Path) -> None:
    contract = tmp_path / "api.yaml"
    text = "a: &shared {name: a}\nb: *shared\n"
    contract.write_text(text, "utf-8")

    made = apply_edits(contract, [Edit("/a/required", value=True), Edit("/b/required", value=True)])

    assert made == []
    assert contract.read_text("utf-8") == text


@pytest.mark.parametrize("word", ["y", "n", "on", "010", "2026-01-01", "z"])
def test_what_is_written_is_read_alike_by_all_versions_of_yaml(tmp_path: Path, word: str) -> None:
    contract = tmp_path / "api.yaml"
    contract.write_text("a:\n  b: 1\n", "utf-8")

    (made,) = apply_edits(contract, [Edit("/a/name", {"name": word})])

    quoted = word if word == "z" else f'"{word}"'
    assert contract.read_text("utf-8") == f"a:\n  name: {{name: {quoted}}}\n  b: 1\n"
    assert made.line == f"name: {{name: {quoted}}}"
