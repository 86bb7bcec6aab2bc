"""Names the resources whose schema stands in an answer, after their collection."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from freehold.contract.messages import json_schema
from freehold.contract.normalizing.inline_schemas import pascal_case
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import fresh_name
from freehold.contract.resources import has_name, properties
from freehold.ground.naming import singularize, snake_case
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import resolve_pointer

_SCHEMAS = "/components/schemas/"
_DESCRIBING = frozenset(
    {"title", "description", "example", "examples", "deprecated", "externalDocs", "xml", "readOnly"}
)
_DEPTH = 2  # a page in an envelope


@dataclass(frozen=True)
class InlineRow:
    """A schema of a row that stands in an answer, without a name."""

    operation: ContractOperation
    schema: Node
    is_item: bool
    """Whether it is that of the items of an array."""

    @property
    def name(self) -> str:
        """The name of the rows that the path keeps: `Favorite` for `/favorites` and `/favorites/{id}`."""
        words = [word for word in self.operation.path.split("/") if word and "{" not in word]
        return pascal_case(singularize(snake_case(words[-1]))) if words else "Row"

    @property
    def identity(self) -> tuple[str, str]:
        """The name, with a text that is the same for schemas which show the same rows."""
        return self.name, json.dumps(_meaning(self.schema.value), sort_keys=True, default=str)


def name_inline_resources(document: Document) -> Document:
    """Return the contract with each of them in `components: schemas:`, and references where it is shown.

    That of `/favorites` is named `Favorite`. Schemas at such paths that only describe it in other words are
    references to it, too.
    """
    names: dict[tuple[str, str], str] = {}
    for row in inline_rows(document):
        if isinstance(row.schema.value.get("x-resource"), dict) and row.identity not in names:
            schemas = document.root.setdefault("components", {}).setdefault("schemas", {})
            names[row.identity] = fresh_name(schemas, row.name)
            schemas[names[row.identity]] = dict(row.schema.value)
    found = list(inline_rows(document)) if names else []
    ordered = sorted(found, key=lambda row: "x-resource" not in row.schema.value)
    return with_references(
        document, {row.schema.pointer: names[row.identity] for row in ordered if row.identity in names}
    )


def with_references(document: Document, names: dict[str, str]) -> Document:
    """Return the document with references to named schemas in place of inline ones, by pointer."""
    for pointer, name in names.items():
        place = resolve_pointer(document.root, pointer)
        place.clear()
        place["$ref"] = f"#{_SCHEMAS}{name}"
    moved = {pointer: _SCHEMAS + name for pointer, name in reversed(names.items())}
    return document.with_root(document.root).moved(moved) if names else document


def declares_inline_resources(document: Document) -> bool:
    """Whether the schema of a resource stands in an answer."""
    return any("x-resource" in row.schema.value for row in inline_rows(document))


def inline_rows(document: Document) -> Iterator[InlineRow]:
    """Yield the objects without a name that answers are, list, or have in an envelope or a page."""
    seen: set[str] = set()
    for operation in operations(document):
        success = operation.success_response()
        answer = json_schema(success[1]) if success else None
        for schema, is_item in _parts(answer, _DEPTH) if answer else ():
            if properties(schema) and not has_name(schema) and schema.pointer not in seen:
                seen.add(schema.pointer)
                yield InlineRow(operation, schema, is_item)


def _parts(schema: Node, depth: int) -> Iterator[tuple[Node, bool]]:
    """Yield a schema, or the items of an array, and what the properties of an object without an id are."""
    items = schema.get("items") if schema.get_value("type") == "array" else None
    if items is not None:
        yield items, True
        return
    yield schema, False
    if depth and not {"id", "_id"} & properties(schema).keys():
        for prop in properties(schema).values():
            yield from _parts(prop, depth - 1)


def _meaning(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_meaning(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        word: _meaning(part)
        for word, part in schema.items()
        if word not in _DESCRIBING and not word.startswith("x-")
    }
    declared = schema.get("properties")
    if isinstance(declared, dict):
        shown = {
            n: p for n, p in declared.items() if not (isinstance(p, dict) and p.get("writeOnly") is True)
        }
        kept["properties"] = {name: _meaning(prop) for name, prop in shown.items()}
        kept["required"] = sorted(name for name in schema.get("required", ()) if name in shown)
    return kept
