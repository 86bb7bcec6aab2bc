"""Which properties the answers of the service always have."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import schema_of_rows
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
        _leave_out_of_other_rows(operation, sent)
        page = operation.page_schema() if operation.kind == "list" else None
        if page and page_array(page):
            sent[page.pointer] = _sent(
                page, [*omitted_on_last_page(page), *unsaid_properties(page, operation)]
            )
    return sent


def _leave_out_of_other_rows(operation: ContractOperation, sent: dict[str, list[str]]) -> None:
    """Take out what rows of a resource do not have that an answer shows by the schema of another one."""
    resource = resources(operation.node.document).get(operation.resource or "")
    shown = schema_of_rows(operation, resource) if resource is not None else None
    if resource is None or shown is None or shown.pointer not in sent or shown.pointer == resource.pointer:
        return
    own = _sent(resource, omitted_when_null(resource))
    sent[shown.pointer] = [name for name in sent[shown.pointer] if name in own]


def _sent(schema: Node, omitted: list[str]) -> list[str]:
    return [
        name
        for name, prop in properties(schema).items()
        if name not in omitted and prop.get_value("writeOnly") is not True
    ]
