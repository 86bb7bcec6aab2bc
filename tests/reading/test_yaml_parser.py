"""A contract is read as YAML 1.2, and what two readers could understand differently is refused."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract import loading
from freehold.ground.problems import ContractError, Problem
from freehold.reading import yaml_parser
from tests.support.contracts import Load, Read, split_marker

BILLION = "\n".join(
    ["l0: &l0 [lol, lol, lol]", *(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 9))]
)


def refusal(read: Read | Load, content: Any) -> tuple[Problem, ...]:
    with pytest.raises(ContractError) as refused:
        read(content)
    return refused.value.problems


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
        ("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("9223372036854775807", 2**63 - 1),
        ("0.5", 0.5), ("-0.5", -0.5), (".5", 0.5), ("3.", 3.0), ("1.5e+3", 1500.0), ("1.5E-3", 0.0015),
        ("plain words", "plain words"), ("nullable", "nullable"), ("1.0.0", "1.0.0"),
        ("'no'", "no"), ('"010"', "010"), ('"2026-11-20"', "2026-11-20"), ("|-\n  yes", "yes"),
        ('"\\u00e9\\t"', "é\t"), ("'it''s'", "it's"), (">-\n  a\n  b", "a b"), ("http://x/y", "http://x/y"),
        ("09:00", "09:00"), ("00:00:00", "00:00:00"), ("0:5", "0:5"),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema_of_yaml_1_2(read: Read, text: str, value: object) -> None:
    found = read(f"key: {text}\n").value["key"]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
        "010", "-010", "08", "0x1F", "0b101", "0o17", "1_000", "1_000.5", "12:30", "12:30:45", "190:20:30.15",
        "2026-11-20", "2026-1-2", "2026-11-20T09:30:00Z", "2026-11-20 09:30:00", ".inf", "-.Inf", ".NaN",
        "=", "<<",
    ],
)  # fmt: skip
def test_ambiguous_scalars_are_rejected_with_their_position(read: Read, text: str) -> None:
    (problem,) = refusal(read, f"a: 1\nkey: {text}\n")

    assert (problem.line, problem.column) == (2, 6)
    assert "YAML 1.1 and 1.2" in problem.message
    assert f'Quote it: "{text}".' in problem.fix
    assert problem.source == f"key: {text}"


@pytest.mark.parametrize("text", ["1e-08", "1e3", ".5e3", "-1.5E3", "010", "-010", "+08"])
def test_an_ambiguous_number_can_be_written_as_one(read: Read, text: str) -> None:
    (problem,) = refusal(read, f"key: {text}\n")
    spelled = problem.fix.partition("write ")[2].partition(". ")[0].removesuffix(".")

    assert read(f"key: {spelled}\n").value == {"key": float(text)} == yaml.safe_load(f"key: {spelled}")


LIKE_NUMBERS = "0 -0 +1 1. .5 1.5 1.5e+3 1.5e-3 00 0. 1__0 0_1 +12 -12 1:2 9:59 1:60 a:1 0xg 1a a1 1-2 e3"
LIKE_WORDS = "~ null nUll true tRue yes yEs < << = == ! .inf .inF inf nan"
LIKE_DATES = "2026-11 2026-11-20x 2026-13-45 20261120 1-1-1 2026-11-20t09:30:00.5+01:00"
NUMBERS = "1e3 1.5e3 1E-3 .5e3 -1.5E+3 1_0 1._5 0.1_0 190:20:30 1:2:3.4"


@pytest.mark.parametrize("text", f"{LIKE_NUMBERS} {LIKE_DATES} {LIKE_WORDS} {NUMBERS}".split())
def test_accepted_scalars_mean_the_same_in_yaml_1_1(read: Read, text: str) -> None:
    try:
        ours = read(f"key: {text}\n").value["key"]
    except ContractError:
        return
    theirs = yaml.safe_load(f"key: {text}\n")["key"]
    assert (ours, type(ours)) == (theirs, type(theirs))


@pytest.mark.parametrize("key", ["yes", "on", "n", "010", "2026-11-20"])
def test_ambiguous_keys_are_rejected(read: Read, key: str) -> None:
    refusal(read, f"{key}: 1\n")


def test_every_value_has_a_position(read: Read) -> None:
    found = read(
        "openapi: 3.1.0\n"
        "paths:\n"
        "  /a/b: {get: &op {x~y: 1}}\n"
        "  /c:\n"
        "    get: *op\n"
        "list:\n"
        "  - one\n"
        "  - two: 2\n"
        "    three: [4, 5]\n"
    )

    assert found.positions == {
        "": (1, 1),
        "/openapi": (1, 10),  # a scalar: where the value stands
        "/paths": (2, 1),  # a mapping or a list: where its key stands
        "/paths/~1a~1b": (3, 3),
        "/paths/~1a~1b/get": (3, 10),
        "/paths/~1a~1b/get/x~0y": (3, 25),
        "/paths/~1c": (4, 3),
        "/paths/~1c/get": (5, 5),  # an alias: where its key stands
        "/paths/~1c/get/x~0y": (3, 25),  # and what is in it, where it was written
        "/list": (6, 1),
        "/list/0": (7, 5),
        "/list/1": (8, 5),
        "/list/1/two": (8, 10),
        "/list/1/three": (9, 5),
        "/list/1/three/0": (9, 13),
        "/list/1/three/1": (9, 16),
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_windows_line_endings_do_not_change_positions(read: Read, ending: str) -> None:
    found = read(ending.join(["a: 1", "b:", "  - c: 2"]))

    assert found.positions == {"": (1, 1), "/a": (1, 4), "/b": (2, 1), "/b/0": (3, 5), "/b/0/c": (3, 8)}


def test_a_byte_order_mark_is_ignored(read: Read) -> None:
    assert read("\ufeffa: 1\nb: 2\n").positions["/b"] == (2, 4)


UNREADABLE = {
    "a key twice": ("a: 1\nb: 2\n»a: 3\n", "duplicate key 'a'"),
    "a key twice, quoted and not": ("x: {200: a, »'200': b}\n", "duplicate key '200'"),
    "a tag": ("a: »!secret x\n", "the YAML tag !secret"),
    "a merge key": ("a: &x {b: 1}\nc:\n  »<<: *x\n", "`<<` is not part"),
    "a list as a key": ("? »[a, b]\n: 1\n", "a key must be a string"),
    "an alias of nothing": ("a: »*nowhere\n", "undefined alias"),
    "an alias of what it is in": ("a: »&x [*x]\n", "aliases make"),
    "two documents": ("a: 1\n»---\nb: 2\n", "another document"),
    "an indentation of its own": ("a:\n  b: 1\n »c: 2\n", "did not find expected key"),
    "a bracket that stays open": ("a: [1, 2\nb»: 3\n", "expected ',' or ']'"),
    "a tab": ("a:\n»\t- b\n", "cannot start any token"),
    "an unknown escape": ('a: "»\\q"\n', "unknown escape"),
    "half a character": ('a: "\\u»d800"\n', "Unicode"),
}


@pytest.mark.parametrize(("marked", "what"), UNREADABLE.values(), ids=UNREADABLE)
def test_invalid_yaml_is_rejected_at_its_position(read: Read, marked: str, what: str) -> None:
    text, place = split_marker(marked)

    (problem,) = refusal(read, text)

    assert (f"{problem.line}:{problem.column}", problem.file) == (place, "contract.yaml")
    assert what in problem.message
    assert problem.source == text.splitlines()[problem.line - 1]


def test_all_problems_of_a_file_are_reported_at_once(read: Read) -> None:
    problems = refusal(read, "a: no\nb: 010\na: !x 1\n")

    assert [(p.line, p.column) for p in problems] == [(1, 4), (2, 4), (3, 1), (3, 4)]


@pytest.mark.parametrize(
    "value", ["!!str 5", "!!int '5'", "!!binary aGk=", "!!set {a, b}", "!!python/name:os.x a"]
)
def test_yaml_tags_are_rejected(read: Read, value: str) -> None:
    refusal(read, f"a: {value}\n")


@pytest.mark.parametrize("number", ["1e999", "-1.0e+400", "1" * 400])
def test_infinite_numbers_are_rejected(read: Read, number: str) -> None:
    refusal(read, f"maximum: {number}\n")


def test_exponential_aliases_are_rejected(read: Read) -> None:
    (problem,) = refusal(read, BILLION)

    assert "aliases make" in problem.message


@pytest.mark.parametrize(("depth", "fine"), [(63, True), (64, False), (1000, False)])
def test_nesting_is_limited_to_64_levels(read: Read, depth: int, fine: bool) -> None:
    nested = "a: " + "[" * depth + "]" * depth  # `a` is the first level
    if fine:
        assert read(nested).value
    else:
        assert "nested more than 64 levels deep" in refusal(read, nested)[0].message


def test_extreme_nesting_does_not_crash_the_process(tmp_path: Path) -> None:
    file = tmp_path / "contract.yaml"
    file.write_text("[" * 500_000)
    program = (
        "import pathlib, sys; from freehold.contract import loading; loading.load(pathlib.Path(sys.argv[1]))"
    )

    done = subprocess.run([sys.executable, "-c", program, file], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "ContractError" in done.stderr


def test_file_size_is_limited(read: Read) -> None:
    assert read(b"a: 1\n#".ljust(2_000_000, b"x")).value == {"a": 1}
    assert "larger than 2,000,000 bytes" in refusal(read, b"a: 1\n#".ljust(2_000_001, b"x"))[0].message


@pytest.mark.parametrize(
    "content", ["a: 1\nb: café\n".encode("latin-1"), b"a: 1\nb: \xc0\x80\n", b"a: 1\nb: \xed\xa0\x80"]
)
def test_invalid_utf_8_is_rejected_with_its_line(read: Read, content: bytes) -> None:
    (problem,) = refusal(read, content)

    assert (problem.line, problem.message) == (2, "the file is not UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a: 1\nb: café 🌱\n", '{"a": 1, "b": "café 🌱"}', "a: 1\r\nb: café 🌱\r\n"])
def test_utf_16_is_read_after_its_byte_order_mark(read: Read, text: str, encoding: str) -> None:
    assert read(f"\ufeff{text}".encode(encoding)).value == {"a": 1, "b": "café 🌱"}
    assert refusal(read, text.encode(encoding))


@pytest.mark.parametrize("content", [b"a: 1\nb: \x00\n", b"a: 1\nb: \x07\n", b"a: 1\nb: \x7f\n"])
def test_control_characters_are_rejected(read: Read, content: bytes) -> None:
    assert "control characters are not allowed" in refusal(read, content)[0].message


@pytest.mark.parametrize("letter", ["\x85", "\u2028", "\u2029"])
def test_invisible_line_breaks_are_rejected(read: Read, letter: str) -> None:
    """To YAML 1.1, and to PyYAML, what follows it is a line of the contract. People see a comment."""
    (problem,) = refusal(read, f"a: 1\n# harmless {letter}x-public: true\n")

    assert (problem.line, problem.column) == (2, 12)
    assert f"U+{ord(letter):04X} is a line break in YAML 1.1 but not in YAML 1.2" in problem.message
    assert read(f'a: "\\u{ord(letter):04x}"\n').value == {"a": letter}


def test_the_number_of_reported_problems_is_limited(read: Read) -> None:
    assert len(refusal(read, f"a: [{'no,' * 5000}]\n")) == 500


def test_contract_text_in_messages_cannot_control_the_terminal(load: Load) -> None:
    document = load('"\\e]0;mine\\a\\n::error::a\\u202e": 1\n')

    problem = document.problem("", f"{next(iter(document.root))} and {'x' * 9000}", "Do this.\nOr\x1b that.")

    assert all(line.isprintable() for line in str(problem).splitlines())
    assert len(str(problem).splitlines()) == 5
    assert len(problem.message) < 600
    assert problem.fix == "Do this.\nOr\\x1b that."


def test_long_source_lines_are_shortened_around_the_problem() -> None:
    problem = Problem("a.json", 1, 5000, "no", "", "y" * 4999 + "!" + "z" * 9000)

    said, line, caret = str(problem).splitlines()

    assert said == "a.json:1:5000: no"
    assert len(line) < 200
    assert line[caret.index("^")] == "!"


@pytest.mark.parametrize("content", ["", "# nothing but a comment\n", "---\n", "~\n"])
def test_an_empty_file_has_no_value(read: Read, content: str) -> None:
    assert read(content).value is None


def test_a_missing_file_or_a_folder_is_reported(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(
            ContractError, match=f"api.yaml:1:1: error.FH001.: the file cannot be read: {why}"
        ):
            yaml_parser.parse_file(path, "api.yaml")


REFERENCES = {
    "to nothing": ("a: {$ref: »'#/b/C'}\nb: {A: 1, B: 2}\n", "does not exist", "Available: A, B."),
    "to nothing, with a typo": (
        "a: {$ref: »'#/b/Taks'}\nb: {Task: 1}\n",
        "does not exist",
        "Did you mean Task?",
    ),
    "to nothing at all": ("a: {$ref: »'#/b/c'}\n", "does not exist", "#/components/schemas/Name"),
    "past the end of a list": ("a: {$ref: »'#/b/5'}\nb: [1]\n", "does not exist", ""),
    "to the network": ("a:\n  $ref: »https://example.com/a#/T\n", "is a URL", "relative path"),
    "to another file": (
        "a:\n  $ref: »other.yaml#/T\n",
        "a file that does not exist",
        "/: contract.yaml",
    ),
    "to a file of the machine": (
        "a:\n  $ref: »../../etc/passwd\n",
        "is outside the folder",
        "Move the file",
    ),
    "to itself": ("a:\n  $ref: »'#/a'\n", "points to itself", "Point it to a schema"),
    "into a circle": ("a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {$ref: »'#/c'}\n", "points to itself", ""),
}


@pytest.mark.parametrize(("marked", "what", "fix"), REFERENCES.values(), ids=REFERENCES)
def test_unresolved_references_are_rejected_at_their_position(
    load: Load, marked: str, what: str, fix: str
) -> None:
    text, place = split_marker(marked)

    problems = [p for p in refusal(load, text) if f"{p.line}:{p.column}" == place]

    assert [(what in p.message, fix in p.fix) for p in problems] == [(True, True)]


@pytest.mark.parametrize(
    "place",
    [
        "x-topics: [{content: {$ref: ./docs/start.md}}]",
        "info: {x-logo: {$ref: '#/nowhere'}}",
        "paths: {/a: {get: {x-code: [{$ref: 'https://e.com'}], responses: {'200': {description: D}}}}}",
        "components: {schemas: {A: {default: {$ref: here}}, B: {example: {a: {$ref: there}}}}}",
        "components: {schemas: {A: {examples: [{$ref: here}]}}}",
        "components: {examples: {A: {value: {$ref: here}}}}",
        "paths: {/a: {get: {responses: {'200': {description: D}, x-more: {$ref: here}}}}}",
    ],
)
def test_a_ref_in_an_example_or_in_a_word_of_another_tool_is_not_followed(load: Load, place: str) -> None:
    document = load(f"openapi: 3.1.0\n{place}\n")

    assert document.root == yaml.safe_load(f"openapi: 3.1.0\n{place}\n")


@pytest.mark.parametrize(
    "place",
    [
        "components: {schemas: {A: {properties: {example: {$ref: '#/b'}}}}}",
        "components: {schemas: {A: {properties: {x-size: {$ref: '#/b'}}}}}",
        "components: {schemas: {default: {$ref: '#/b'}}}",
        "paths: {/a: {get: {responses: {default: {$ref: '#/b'}}}}}",
        "paths: {/a: {get: {responses: {'200': {headers: {x-rate: {$ref: '#/b'}}}}}}}",
        "components: {responses: {x-more: {$ref: '#/b'}}}",
        "components: {schemas: {value: {items: {$ref: '#/b'}}}}",
        "components: {examples: {A: {$ref: '#/b'}}}",
    ],
)
def test_a_ref_below_a_name_that_looks_like_a_keyword_is_followed(load: Load, place: str) -> None:
    (problem,) = refusal(load, f"openapi: 3.1.0\n{place}\n")

    assert problem.message == "$ref #/b does not exist"


def test_reference_chains_and_escaped_pointers_are_resolved(load: Load) -> None:
    document = load("a: {$ref: '#/b/x~1y'}\nb: {x/y: {$ref: '#/c/1'}}\nc: [0, {deep: yes!}]\n")

    found = document.root_node.get_path("a", "deep")

    assert found is not None
    assert (found.value, found.pointer) == ("yes!", "/c/1/deep")


def test_paths_are_shown_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "api.yaml"
    file.write_text("a: 1\n")

    assert loading.load(file).file == "api.yaml"
