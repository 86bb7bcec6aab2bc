"""Keeps the examples of the contract that their schemas accept. `freehold check` warns of the others."""

from collections.abc import Iterator
from typing import Any

from jsonschema_rs import ReferencingError

from freehold.contract.rows.column_types import contract_schemas
from freehold.contract.samples.maker import Maker, NoSample
from freehold.publishing.tree import Part, objects, resolve
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token

_HOLDERS = ("media", "parameter", "header")
_WORDS = ("example", "examples")
_REFUSED = object()


def keep_true_examples(root: Part) -> None:
    """Remove each example that its schema refuses, in place; one that lacks properties gets them."""
    document = Document("", root, {})
    judge = _Judge(document)
    pointers: dict[int, str] = {}
    for kind, part in [*objects(root)]:
        if kind not in ("schema", *_HOLDERS) or not part.keys() & {*_WORDS}:
            continue
        pointers = pointers or dict(_pointers(root, ""))
        at = pointers[id(part)]
        if kind == "schema":
            _keep_of_schema(part, Node(document, at, part), judge)
        elif "schema" in part:
            schema = document.node_at(f"{at}/schema")
            if schema is not None:
                _keep_of_holder(root, part, schema, judge)


def _pointers(part: Any, pointer: str) -> Iterator[tuple[int, str]]:
    """Yield the identity of each object with its JSON pointer."""
    if isinstance(part, dict):
        yield id(part), pointer
        for key, inner in part.items():
            yield from _pointers(inner, f"{pointer}/{escape_token(key)}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from _pointers(inner, f"{pointer}/{index}")


def _keep_of_schema(part: Part, schema: Node, judge: "_Judge") -> None:
    if "example" in part:
        kept = judge.fit(schema, part.pop("example"))
        part.update({} if kept is _REFUSED else {"example": kept})
    declared = part.get("examples")
    if isinstance(declared, list):
        fitted = [judge.fit(schema, example) for example in declared]
        _replace(part, [example for example in fitted if example is not _REFUSED])


def _keep_of_holder(root: Part, part: Part, schema: Node, judge: "_Judge") -> None:
    if "example" in part:
        kept = judge.fit(schema, part.pop("example"))
        part.update({} if kept is _REFUSED else {"example": kept})
    named = part.get("examples")
    if isinstance(named, dict):
        kept = {}
        for name, entry in named.items():
            described = resolve(root, entry)
            fitted = judge.fit(schema, described["value"]) if "value" in described else None
            if fitted is not _REFUSED:
                is_same = "value" not in described or fitted == described["value"]
                kept[name] = entry if is_same else {**described, "value": fitted}
        _replace(part, kept)


def _replace(part: Part, examples: Any) -> None:
    del part["examples"]
    part.update({"examples": examples} if examples else {})


class _Judge:
    """Judges examples by the schemas of one document."""

    def __init__(self, document: Document) -> None:
        self._schemas = contract_schemas(document)

    def fit(self, schema: Node, example: Any) -> Any:
        """Return the example, or one with what it lacks, or `_REFUSED`."""
        try:
            validator = self._schemas.validator(schema.pointer)
            if validator.is_valid(example):
                return example
            whole = Maker(schema.name).complete(schema, example)
            return whole if validator.is_valid(whole) else _REFUSED
        except NoSample:
            return _REFUSED
        except (LookupError, ValueError, ReferencingError):
            return example  # `freehold check` refuses the schema
