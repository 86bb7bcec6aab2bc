"""Notes what nothing sends: properties that the resource of a row does not have, and further statuses."""

from collections.abc import Iterator

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import schema_of_rows
from freehold.contract.operations.page_schemas import envelope_of, unsaid_properties
from freehold.contract.resources import properties, resources
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.collection_paths import page_array
from freehold.contract.rows.shown_rows import all_properties, shown_properties, values_beside
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"


def note_unsent_properties(document: Document) -> Document:
    """Return the contract with a note for each of them; they are optional, and stay in the document."""
    return document.with_notes((*_notes(document), *_unsent_statuses(document)))


def _unsent_statuses(document: Document) -> Iterator[Problem]:
    """Note the statuses of success that a generated operation declares besides its own."""
    for operation in operations(document):
        success = operation.success_response()
        for status, response in operation.success_responses().items() if success else ():
            is_sent = operation.kind == "custom" or creates_row(operation)
            if not is_sent and success and status != success[0]:
                what = f"{operation.id} responds with {success[0]}, and never with {status}"
                fix = "Remove it, or set `x-operation: custom`: your method then chooses the status."
                yield response.problem(what, fix, _CODE)


def _notes(document: Document) -> Iterator[Problem]:
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        yield from _notes_beside(operation, resource)
        shown = schema_of_rows(operation, resource) if resource else None
        for name, prop in shown_properties(shown).items() if shown and resource else ():
            if resource is not None and name not in properties(resource):
                what = f"{operation.id} never sends {name}: {resource.name} has no such property"
                fix = f"Add it to {resource.name} as a readOnly property, or remove it here."
                yield prop.problem(what, fix, _CODE)


def _notes_beside(operation: ContractOperation, resource: Node | None) -> Iterator[Problem]:
    """Note what an answer leaves out beside its row, or its page."""
    answer, success = operation.response_schema(), operation.success_response()
    if answer is None or success is None or resource is None or operation.kind == "custom":
        return
    envelope = envelope_of(operation, resource)
    said = {envelope, *values_beside(answer, envelope, success)} if envelope else set()
    unsaid = {name: p for name, p in all_properties(answer).items() if envelope and name not in said}
    page = operation.page_schema() if operation.kind == "list" else None
    if page is not None and page_array(page):
        unsaid |= {name: properties(page)[name] for name in unsaid_properties(page, operation)}
    for name, prop in unsaid.items():
        what = f"{operation.id} never sends {name}: nothing is known of it"
        fix = "Give its value as `const`, remove it, or set `x-operation: custom`, and write it yourself."
        yield prop.problem(what, fix, _CODE)
