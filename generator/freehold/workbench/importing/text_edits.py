"""Makes edits in the text of a contract, each in the style of its place and as the smallest change."""

import codecs
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from freehold.ground.problems import ContractError, Problem
from freehold.reading.bundle import BundledContract, bundle
from freehold.reading.document import copy_value
from freehold.reading.json_parser import line_starts
from freehold.reading.json_pointers import escape_token, resolve_pointer, unescape_token
from freehold.reading.yaml_parser import SourceLocation, decode
from freehold.workbench.importing.edits import (
    Edit,
    Filling,
    Insertion,
    OfReference,
    Removal,
    Rename,
    yaml_entry,
)

_LINE_END = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_NUMBER_OR_BOOLEAN = re.compile(r"[-+]?\.?\d[\w.+-]*|(?i:true|false)\b")
_EMPTY_VALUE = re.compile(r"\s*:\s*(\[\s*\]|\{\s*\})")
_WORDS = re.compile(
    r"""\s*:(\s*\[[\w\s,"']*\]|[ \t]*(?:[\r\n]+[ \t]*-[ \t]+(?:\w+|"\w+"|'\w+')[ \t]*(?=[\r\n]|\Z))+)"""
)
"""What follows the key of an array of words: in one pair of brackets, or a line for each."""
_EMPTY_MAPPING = re.compile(r"\{\s*\}")
_REFERENCE = re.compile(r"""["']?\$ref["']?\s*:\s*(?:"[^"]*"|'[^']*'|[^\s,{}]+)""")
_COMMA = re.compile(r"\s*,\s*")
_REST_OF_LINE = re.compile(r"[ \t]*(\r\n|\r|\n|\Z)")

Span = tuple[int, int, str]
"""Where a text begins and ends in a file, and what it is replaced by."""


def apply_groups(contract: Path, groups: Sequence[Sequence[Edit]]) -> list[Sequence[Edit]]:
    """Make groups of edits, each one as a whole or not at all. Returns those that were made."""
    everything = [edit for group in groups for edit in group]
    if not groups or _try(contract, _renames_last(everything)):
        return list(groups)
    return _apply_most(contract, _possible(contract, groups))


def _apply_most(contract: Path, groups: Sequence[Sequence[Edit]]) -> list[Sequence[Edit]]:
    """Make groups of edits, without those that fail, which are looked for by halves."""
    if not groups or _try(contract, _renames_last([edit for group in groups for edit in group])):
        return list(groups)
    middle = len(groups) // 2
    if not middle:
        return []
    return [*_apply_most(contract, groups[:middle]), *_apply_most(contract, groups[middle:])]


def _possible(contract: Path, groups: Sequence[Sequence[Edit]]) -> list[Sequence[Edit]]:
    """Return the groups whose edits have a place of their own in the text.

    What has several pointers is in an anchor with an alias, or in a file that several parts refer to.
    """
    whole = bundle(contract, str(contract))
    texts = {file: _text(Path(file).read_bytes()) for file in {at.file for at in whole.locations.values()}}
    pointers: dict[tuple[str, int, int], list[str]] = {}
    for pointer, place in whole.locations.items():
        for at in {place, place.key or place}:
            pointers.setdefault((at.file, at.line, at.column), []).append(pointer)

    def is_possible(edit: Edit) -> bool:
        at = _place(whole, edit)
        if at is None or not _is_one_path(pointers[at.file, at.line, at.column]):
            return False
        return _span(texts[at.file], whole, edit, at) is not None

    return [group for group in groups if all(map(is_possible, group))]


def _renames_last(edits: Sequence[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: isinstance(edit, Rename))


def apply_edits(contract: Path, edits: Sequence[Edit]) -> list[Edit]:
    """Make edits in the files of a contract, each as the smallest change. Returns those that were made.

    An edit is left out where the text would then mean anything else, as in a mapping with an alias.
    """
    return [edit for group in apply_groups(contract, [[edit] for edit in edits]) for edit in group]


def _try(contract: Path, edits: Sequence[Edit]) -> bool:
    """Make edits, unless the contract then says anything else than it should."""
    whole = bundle(contract, str(contract))
    expected = copy_value(whole.root)
    files: dict[Path, bytes] = {}
    spans: dict[Path, list[Span]] = {}
    for edit in edits:
        place = _place(whole, edit)
        file = Path(place.file) if place else contract
        files.setdefault(file, file.read_bytes())
        span = _span(_text(files[file]), whole, edit, place) if place else None
        if span is None:
            return False
        spans.setdefault(file, []).append(span)
        edit.apply(expected)
    for file, found in spans.items():
        mark = codecs.BOM_UTF8 if files[file].startswith(codecs.BOM_UTF8) else b""
        file.write_bytes(mark + _replaced(_text(files[file]), found).encode())
    if _says(contract, expected, whole.problems):
        return True
    for file, content in files.items():
        file.write_bytes(content)
    return False


def _is_one_path(pointers: Sequence[str]) -> bool:
    """Whether each pointer leads into the one before: a value can begin where its first part does."""
    return all(inner.startswith(f"{outer}/") for outer, inner in pairwise(sorted(pointers, key=len)))


@lru_cache(maxsize=8)
def _text(content: bytes) -> str:
    """Return the text of a file without its byte order mark, which has no column."""
    return decode(content).removeprefix("\ufeff")


def _says(contract: Path, expected: Any, known: Sequence[Problem]) -> bool:
    """Whether a contract says what it should, and has no problem that is not known."""
    try:
        whole = bundle(contract, str(contract))
    except ContractError:
        return False
    return bool(whole.root == expected) and len(whole.problems) <= len(known)


def _place(whole: BundledContract, edit: Edit) -> SourceLocation | None:
    """Return the place of the value that is replaced, or of the key that a new one precedes."""
    if isinstance(edit, Removal):
        removed = resolve_pointer(whole.root, edit.pointer).index({})
        return whole.locations.get(f"{edit.pointer}/{removed}")
    if edit.pointer in whole.locations:
        known = whole.locations[edit.pointer]
        return known.key if isinstance(edit, Rename | OfReference) and known.key else known
    try:
        parent = resolve_pointer(whole.root, edit.parent_pointer)
    except LookupError:  # the contract is read with a schema that its text does not have
        return None
    if not isinstance(parent, dict) or not parent:
        return whole.locations.get(edit.parent_pointer) if parent == {} else None
    key = edit.before if edit.before in parent else next(iter(parent))
    place = whole.locations.get(f"{edit.parent_pointer}/{escape_token(key)}")
    return place and (place.key or place)


def _span(text: str, whole: BundledContract, edit: Edit, place: SourceLocation) -> Span | None:
    start = _index(text, place)
    if isinstance(edit, Insertion):
        return _new_element(text, start, edit)
    if isinstance(edit, Filling):
        return _filled_element(text, start, edit)
    if isinstance(edit, Removal):
        return _removed_element(text, start)
    if isinstance(edit, OfReference):
        return _of_reference(text, start, edit)
    if edit.pointer not in whole.locations:
        return _new_entry(text, start, edit, is_only=not resolve_pointer(whole.root, edit.parent_pointer))
    return _new_value(text, start, edit, resolve_pointer(whole.root, edit.pointer))


def _new_entry(text: str, start: int, edit: Edit, *, is_only: bool) -> Span | None:
    """Return the span of a new entry: in front of another one, or in place of an empty mapping."""
    if is_only:
        entry = json.dumps({edit.key: edit.value}, ensure_ascii=False)
        return _empty_value(text, start, edit.parent_pointer, entry)
    return start, start, _insertion(text, start, edit)


def _new_value(text: str, start: int, edit: Edit, value: Any) -> Span | None:
    """Return the span of a scalar, an array of words or the key of a renaming, with what it becomes."""
    new = json.dumps(edit.value, ensure_ascii=False)
    old = edit.key if isinstance(edit, Rename) else value
    if isinstance(old, list):
        return _array_value(text, start, edit, old, new)
    found = (_NUMBER_OR_BOOLEAN if isinstance(old, int | float) else _TOKEN).match(text, start)
    if found and (not isinstance(old, str) or yaml.safe_load(found[0]) == old):
        return found.start(), found.end(), new
    if found is None and isinstance(old, str) and text.startswith(old, start):
        return start, start + len(old), edit.value if isinstance(edit, Rename) else new
    return None


def _array_value(text: str, start: int, edit: Edit, old: list[Any], new: str) -> Span | None:
    """Return the span of an empty array, or of one of words, with what replaces it."""
    if not old:
        return _empty_value(text, start, edit.pointer, new)
    key = _TOKEN.match(text, start)
    found = _WORDS.match(text, key.end() if key else start + len(edit.key))
    return (*found.span(1), f" {new}") if found else None


def _of_reference(text: str, start: int, edit: OfReference) -> Span | None:
    """Return the span of a `$ref` with its key, with the word that replaces both."""
    found = _REFERENCE.match(text, start)
    if found is None:
        return None
    quote = '"' if text[start] == '"' else ""
    others = [
        f"{{{', '.join(f'{quote}{word}{quote}: {json.dumps(value)}' for word, value in part.items())}}}"
        for part in edit.others
    ]
    return start, found.end(), f"{quote}{edit.word}{quote}: [{', '.join((f'{{{found[0]}}}', *others))}]"


def _empty_value(text: str, start: int, pointer: str, new: str) -> Span | None:
    """Return the span of a value `[]` or `{}`, whose key begins at an index, with what replaces it."""
    name = unescape_token(pointer.rpartition("/")[2])
    key = _TOKEN.match(text, start)
    found = _EMPTY_VALUE.match(text, key.end() if key else start + len(name))
    return (*found.span(1), new) if found else None


def _new_element(text: str, start: int, edit: Insertion) -> Span:
    """Return the span of a new element in front of the first one, in the style of its array."""
    before = text[:start].rstrip()
    if before.endswith("["):
        space = text[len(before) : start]
        element = f"{json.dumps(edit.value, ensure_ascii=False)},"
        return start, start, element + (space if _LINE_END.search(space) else " ")
    dash = text.rfind("-", 0, start)
    return dash, dash, edit.line + _next_line(text, dash)


def _filled_element(text: str, start: int, edit: Filling) -> Span | None:
    """Return the span of an element `{}` with its value, in the style of its array."""
    found = _EMPTY_MAPPING.match(text, start)
    is_block = text[:start].rstrip().endswith("-")
    new = edit.line.removeprefix("- ") if is_block else json.dumps(edit.value, ensure_ascii=False)
    return (start, found.end(), new) if found else None


def _removed_element(text: str, start: int) -> Span | None:
    """Return the span of an element `{}` with its comma, or with its line if nothing else is on it."""
    found = _EMPTY_MAPPING.match(text, start)
    if found is None:
        return None
    before = text[:start].rstrip()
    if before.endswith(","):
        return len(before) - 1, found.end(), ""
    if before.endswith("["):
        comma = _COMMA.match(text, found.end())
        return (start, comma.end(), "") if comma else None
    line = _line_start(text, start)
    end = _REST_OF_LINE.match(text, found.end())
    return (line, end.end(), "") if end and not text[line:start].strip(" -") else None


def _insertion(text: str, start: int, edit: Edit) -> str:
    """Return the text of a new entry in front of another one, in the style of its mapping."""
    before = text[:start].rstrip()
    space = text[len(before) : start]
    if before.endswith(("{", ",")):
        entry = f"{json.dumps(edit.key)}: {json.dumps(edit.value, ensure_ascii=False)},"
        return entry + (space if _LINE_END.search(space) else " ")
    return yaml_entry(edit.key, edit.value) + _next_line(text, start)


def _next_line(text: str, index: int) -> str:
    """Return the end of a line, and spaces to the column of an index."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    return line_end + " " * (index - _line_start(text, index))


def _line_start(text: str, index: int) -> int:
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def _replaced(text: str, spans: list[Span]) -> str:
    pieces, at = [], 0
    for start, end, new in sorted(spans, key=lambda span: span[:2]):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def _index(text: str, place: SourceLocation) -> int:
    """Return the index of the character at a line and column."""
    return _line_starts(text)[place.line - 1] + place.column - 1


@lru_cache(maxsize=8)
def _line_starts(text: str) -> list[int]:
    return line_starts(text)
