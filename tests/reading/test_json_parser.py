"""A contract in JSON is read as JSON, and not as YAML, of which it is almost a subset."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.ground.problems import ContractError
from freehold.reading.json_parser import parse_json
from freehold.reading.json_pointers import resolve_pointer
from freehold.reading.yaml_parser import ParsedFile, parse_file

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**60), 10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


def read(folder: Path, content: str | bytes, name: str = "contract.json") -> ParsedFile:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return parse_file(file, name)


@settings(max_examples=200, deadline=None)
@given(value=_VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 2, "\t"]))
def test_json_is_read_as_python_reads_it(value: Any, ascii_only: bool, indent: int | str | None) -> None:
    value = {"a": value}
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    found = parse_json(text)

    assert (found.value, found.faults) == (value, [])
    assert repr(found.value) == repr(json.loads(text))
    for pointer, (line, column) in found.positions.items():
        part = resolve_pointer(value, pointer)
        rest = text.split("\n")
        here = "\n".join([rest[line - 1][column - 1 :], *rest[line:]])
        above = resolve_pointer(value, pointer.rpartition("/")[0])
        if isinstance(part, dict | list) and pointer and isinstance(above, dict):
            key, _ = json.JSONDecoder().raw_decode(here)
            assert key == pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        else:
            assert json.JSONDecoder().raw_decode(here)[0] == part


def test_values_and_keys_have_the_positions_of_a_yaml_file(tmp_path: Path) -> None:
    text = '{\n  "a": 1,\n  "b": {"c": [2, {"d": null}], "e~/f": []}\n}\n'

    as_json, as_yaml = read(tmp_path, text), read(tmp_path, f"# YAML\n{text}", "contract.yaml")

    down = {pointer: (line + 1, column) for pointer, (line, column) in as_json.positions.items()}
    assert down | {"": (1, 1)} == {**as_yaml.positions, "": (1, 1)}
    assert {pointer: (line + 1, column) for pointer, (line, column) in as_json.keys.items()} == as_yaml.keys


@pytest.mark.parametrize("name", ["contract.json", "contract.yaml"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud83d\ude00"', "😀"),
        ("1e-08", 1e-08),
        ("1E5", 1e5),
        (r'"\/a"', "/a"),
        ('"\u2028"', "\u2028"),
        ('"18:00"', "18:00"),
    ],
)
def test_what_json_writes_is_read_whatever_the_file_is_called(
    tmp_path: Path, name: str, text: str, value: object
) -> None:
    assert read(tmp_path, f'\ufeff\n{{"a":\t{text}}}', name).value == {"a": value}


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ('{"a": 1,\n "a": 2}', (2, 2), "duplicate key 'a'"),
        ('{"a": 1e999}', (1, 7), "too large"),
        ('{"a": NaN}', (1, 7), "expected a value"),
        ('{"a": 01}', (1, 8), "expected ','"),
        ('{"a": 1,}', (1, 9), "expected a key"),
        ("{'a': 1}", (1, 2), "expected a key"),
        ('{"a" 1}', (1, 6), "expected ':'"),
        ('{"a": [1 2]}', (1, 10), "expected ','"),
        ('{"a": 1} x', (1, 10), "end of the file"),
        ('{"a": "\n"}', (1, 8), "control character"),
        ('{"a": "\\x"}', (1, 8), "escape"),
        ('{"a": "b', (1, 7), "Unterminated string"),
        ('{"a": "\\ud83d"}', (1, 7), "half of a surrogate pair"),
        ('{"\\ud83d": 1}', (1, 2), "half of a surrogate pair"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", (1, 71), "64 levels deep"),
        ('{"a": [' + "1," * 100_000 + "1]}", (1, 200_004), "too large"),
    ],
)
def test_invalid_json_is_rejected_at_its_position(
    tmp_path: Path, text: str, place: tuple[int, int], what: str
) -> None:
    with pytest.raises(ContractError) as refused:
        read(tmp_path, text)

    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == place
    assert what in problem.message
    assert problem.source == text.splitlines()[problem.line - 1]


def test_yaml_in_flow_style_is_still_yaml(tmp_path: Path) -> None:
    assert read(tmp_path, "{a: 1, b: [x,],}", "contract.yaml").value == {"a": 1, "b": ["x"]}
