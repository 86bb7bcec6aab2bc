"""Names the schemas of rows that stand inside the envelope of a body or an answer, or in a page."""

from collections.abc import Iterator

from freehold.contract.normalizing.inline_schemas import pascal_case
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import fresh_name
from freehold.contract.resources import has_name, properties, resources
from freehold.contract.rows.collection_paths import page_in
from freehold.contract.rows.shown_rows import shown_row, shows_properties
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import resolve_pointer

_SCHEMAS = "/components/schemas/"


def name_inline_rows(document: Document) -> Document:
    """Return the contract with each of them in `components: schemas:`, and a reference in its place.

    In `SaveArticleRequest`, the schema of `article` becomes `SaveArticleRequestArticle`.
    """
    moved: dict[str, str] = {}
    for operation in operations(document):
        for around, row in _inline_rows(operation):
            if row.pointer in moved:
                continue
            schemas, word = document.root["components"]["schemas"], pascal_case(row.name)
            name = fresh_name(schemas, f"{around.name}{'Item' if word == 'Items' else word}")
            schemas[name] = dict(row.value)
            place = resolve_pointer(document.root, row.pointer)
            place.clear()
            place["$ref"] = f"#{_SCHEMAS}{name}"
            moved[row.pointer] = _SCHEMAS + name
    return document.with_root(document.root).moved(moved) if moved else document


def _inline_rows(operation: ContractOperation) -> Iterator[tuple[Node, Node]]:
    """Yield each row that has no name, with the named schema around it."""
    resource = resources(operation.node.document).get(operation.resource or "")
    answer, body = operation.response_schema(), operation.body_schema()
    written = operation.written_row()
    found: list[tuple[Node | None, Node]] = [(body, written.schema)] if written and written.envelope else []
    if resource is not None and operation.kind == "list" and answer is not None:
        page, envelope = page_in(answer)
        found += [(answer, page)] if envelope else []
        arrays = [prop for prop in properties(page).values() if prop.get_value("type") == "array"]
        rows = [items for prop in arrays if (items := prop.get("items"))]
        found += [(page, row) for row in rows if len(rows) == 1 and shows_properties(row, resource)]
    elif resource is not None and operation.kind != "custom":
        shown = shown_row(answer, resource)
        found += [(answer, shown.schema)] if shown and shown.envelope else []
    for around, row in found:
        if around is not None and has_name(around) and _is_inside(row, around):
            yield around, row


def _is_inside(row: Node, around: Node) -> bool:
    return row.pointer.startswith(f"{around.pointer}/")
