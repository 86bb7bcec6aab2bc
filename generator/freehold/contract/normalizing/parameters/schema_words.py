"""Reads `type: integer` of a parameter or a header, as Swagger 2.0 has it, as a word of its schema."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.contract_operation import METHODS
from freehold.contract.vocabulary import DECIDING_KEYWORDS, FIXED_FIELDS
from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token

_CODE = "FH908"
_WORDS = {
    kind: (DECIDING_KEYWORDS | {"default"}) - FIXED_FIELDS[kind].keys() for kind in ("parameter", "header")
}


def move_schema_words(document: Document) -> Document:
    """Return the contract with such words in the schema of their parameter or header, each with a note.

    A word that its schema has with another value, and one beside `content`, stays where it is.
    """
    moved: dict[str, str] = {}
    notes: list[Problem] = []
    for pointer, kind, part in _declared(document.root):
        schema = part.get("schema", {})
        if "$ref" in part or "content" in part or not isinstance(schema, dict):
            continue
        words = [word for word in part if word in _WORDS[kind] and schema.get(word, part[word]) == part[word]]
        if words and "$ref" in schema:  # OpenAPI 3.0 has nothing beside it
            schema = {"allOf": [schema]}
        for word in words:
            schema = {**schema, word: part.pop(word)}
            moved[f"{pointer}/{word}"] = f"{pointer}/schema/{word}"
            what = f"{word} is a word of a schema, and is read as one"
            fix = f"Write it into `schema` of the {kind}."
            notes.append(document.problem_at_key(f"{pointer}/{word}", what, fix, _CODE))
        part.update({"schema": schema} if words else {})
    return document.moved(moved).with_notes(notes) if moved else document


def _declared(root: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each parameter and each header with its pointer, and which of them it is."""
    components = _object(_object(root).get("components"))
    yield from _named("/components/parameters", "parameter", components.get("parameters"))
    yield from _named("/components/headers", "header", components.get("headers"))
    yield from _of_responses("/components/responses", components.get("responses"))
    for path, item in _object(_object(root).get("paths")).items():
        at = f"/paths/{escape_token(str(path))}"
        yield from _listed(f"{at}/parameters", _object(item).get("parameters"))
        for method, operation in _object(item).items():
            if method in METHODS:
                yield from _listed(f"{at}/{method}/parameters", _object(operation).get("parameters"))
                yield from _of_responses(f"{at}/{method}/responses", _object(operation).get("responses"))


def _of_responses(pointer: str, responses: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for status, response in _object(responses).items():
        at = f"{pointer}/{escape_token(str(status))}/headers"
        yield from _named(at, "header", _object(response).get("headers"))


def _named(pointer: str, kind: str, parts: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, part in _object(parts).items():
        if isinstance(part, dict):
            yield f"{pointer}/{escape_token(str(name))}", kind, part


def _listed(pointer: str, parts: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, dict):
            yield f"{pointer}/{index}", "parameter", part


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
