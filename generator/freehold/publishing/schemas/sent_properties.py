"""Which properties the answers of the service always have."""

from freehold.contract.operations.inference import operations
from freehold.contract.operations.page_schemas import omitted_on_last_page, unsaid_properties
from freehold.contract.resources import omitted_when_null, properties, resources
from freehold.contract.rows.collection_paths import page_array
from freehold.publishing.schemas.directions import AlwaysSent
from freehold.reading.document import Document, Node


def always_sent(effective: Document) -> AlwaysSent:
    """Return the properties that answers always have, by the pointer of the schema: of rows and of pages."""
    sent = {
        schema.pointer: _sent(schema, omitted_when_null(schema)) for schema in resources(effective).values()
    }
    for operation in operations(effective):
        page = operation.page_schema() if operation.kind == "list" else None
        if page and page_array(page):
            sent[page.pointer] = _sent(
                page, [*omitted_on_last_page(page), *unsaid_properties(page, operation)]
            )
    return sent


def _sent(schema: Node, omitted: list[str]) -> list[str]:
    return [
        name
        for name, prop in properties(schema).items()
        if name not in omitted and prop.get_value("writeOnly") is not True
    ]
