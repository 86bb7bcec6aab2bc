"""The operations of a contract, each with the kind that its method, path and answers mean."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from freehold.contract import messages
from freehold.contract.messages import JSON
from freehold.contract.operations.contract_operation import (
    IDEMPOTENCY_KEY,
    METHODS,
    SUCCESS_STATUSES,
    ContractOperation,
)
from freehold.contract.operations.path_parameters import ancestors
from freehold.contract.operations.path_parents import keep_collections, parent_fields
from freehold.contract.resources import chosen_key, is_singleton, resources
from freehold.contract.rows.bulk_rows import bulk_row
from freehold.contract.rows.collection_paths import collection_paths, parameters_of, path_shape
from freehold.contract.rows.shown_rows import is_message, named_row, required_names, shown_row
from freehold.contract.rows.written_rows import is_partial
from freehold.reading.document import Document, Node

_ITEM_KINDS = {"get": "get", "patch": "update", "put": "replace", "delete": "delete"}


def operations(document: Document) -> list[ContractOperation]:
    """Return all operations in the order of the contract."""
    known = document.cache
    if "operations" not in known:
        every = list(_iter_operations(document))
        unknown = [ContractOperation(*found, "custom", None) for found in every]
        collections = {path_shape(path): name for path, name in collection_paths(document, unknown)}
        keep_collections(document, dict(item_collections(unknown, resources(document))) | collections)
        known["operations"] = tuple(_build_operation(*found, collections) for found in every)
    return list(known["operations"])


def item_collections(
    every: Iterable[ContractOperation], known: Mapping[str, Node]
) -> Iterator[tuple[str, str]]:
    """Yield the path before each GET on one row, and the name of the row's schema, which is a known one."""
    for operation in every:
        answer, (path, _, name) = operation.response_schema(), operation.path.rstrip("/").rpartition("/")
        row = named_row(answer, known) if answer and operation.method == "get" else ""
        if row and name.startswith("{") and name.endswith("}"):
            yield path, row


def _iter_operations(document: Document) -> Iterator[tuple[str, str, Node, Node]]:
    paths = document.root_node.get("paths")
    for path, item in paths.items() if paths else ():
        for method, node in item.items():
            if method in METHODS:
                yield method, path, node, item


def _build_operation(
    method: str, path: str, node: Node, item: Node, collections: dict[str, str]
) -> ContractOperation:
    plain = path.rstrip("/")
    above = (plain[:end] for end in (len(plain), *_slashes(plain)) if path_shape(plain[:end]) in collections)
    collection = next(above, None)
    resource = collections[path_shape(collection)] if collection is not None else None
    declared_kind = node.get_value("x-operation")
    if declared_kind == "custom" and resource and _names_other_rows(path, item, node, resource):
        resource = None
    if declared_kind:
        return ContractOperation(method, path, node, item, str(declared_kind), resource)
    rest = plain.removeprefix(collection or plain)
    kind = _operation_kind(method, rest, resource, node.document)
    found = ContractOperation(method, path, node, item, kind, resource)
    if kind in ("create", "custom") and _is_bulk(found, rest):
        found = replace(found, kind="bulk")
    if found.kind != "custom" and not _is_standard(found, found.success_response()):
        return replace(found, kind="custom")
    row = found.row_body() if kind == "replace" and not found.may_create else None
    if row is None or resource is None or collection is None:
        return found
    needed = _required_of_new_rows(node.document, collection, resource)
    is_update = is_partial(row, resources(node.document)[resource], needed)
    return replace(found, kind="update") if is_update else found


def _required_of_new_rows(document: Document, collection: str, resource: str) -> set[str]:
    """The properties without which a POST on a collection creates no row."""
    paths = document.root_node.get("paths")
    for path, item in paths.items() if paths else ():
        post = item.get("post") if path_shape(path) == path_shape(collection) else None
        if post is not None:
            row = ContractOperation("post", path, post, item, "create", resource).row_body()
            return required_names(row) if row else set()
    return set()


def _is_bulk(operation: ContractOperation, rest: str) -> bool:
    """Whether a POST on a collection, or on one word below it, creates many rows at once."""
    resource = resources(operation.node.document).get(operation.resource or "")
    if resource is None or is_singleton(resource) or chosen_key(resource) is not None:
        return False
    row = bulk_row(operation.body_schema(), operation.response_schema(), resource)
    is_near = rest.count("/") <= 1 and "{" not in rest
    return (
        operation.method == "post"
        and is_near
        and row is not None
        and not operation.request_header(IDEMPOTENCY_KEY)
    )


def _slashes(path: str) -> list[int]:
    """Return the places of the slashes of a path, the last one first."""
    return [index for index in range(len(path) - 1, -1, -1) if path[index] == "/"]


def _names_other_rows(path: str, item: Node, node: Node, resource: str) -> bool:
    """Whether a path names more than the parents of a resource, one of its rows, and the owner."""
    probe = ContractOperation("", path, node, item, "custom", resource)
    owned = {str(p.get_value("name")) for p in probe.parameters() if p.get_value("x-owner") is True}
    names = [name for name in parameters_of(path) if name not in owned]
    schema = resources(node.document)[resource]
    return len(names) - len(parent_fields(path, names, schema, ancestors(schema))) > 1


def _is_standard(operation: ContractOperation, success: tuple[str, Node] | None) -> bool:
    """Whether an operation of a standard kind answers as such: with the status, and a DELETE with its row.

    A DELETE may also say no more than that it has been done.
    """
    sent = messages.media_types(operation.node.get("requestBody")) or [JSON]
    speaks_json = messages.is_json(sent) and not operation.answers_file
    if operation.kind == "replace" and operation.may_create:
        return speaks_json
    if operation.kind == "replace" and success and success[0] == "204" and _is_of_singleton(operation):
        return speaks_json
    if success is None or success[0] not in SUCCESS_STATUSES[operation.kind] or not speaks_json:
        return False
    answer = operation.response_schema()
    resource = resources(operation.node.document).get(operation.resource or "")
    is_row = resource is not None and shown_row(answer, resource) is not None
    if operation.kind == "create" and success[0] != "201":
        return is_row and operation.body_schema() is not None
    return operation.kind != "delete" or answer is None or is_row or is_message(answer)


def _is_of_singleton(operation: ContractOperation) -> bool:
    return is_singleton(resources(operation.node.document)[str(operation.resource)])


def _operation_kind(method: str, rest: str, resource: str | None, document: Document) -> str:
    if resource is None:
        return "custom"
    if is_singleton(resources(document)[resource]):
        return {**_ITEM_KINDS, "post": "create"}.get(method, "custom") if not rest else "custom"
    if not rest:
        return {"get": "list", "post": "create"}.get(method, "custom")
    steps = rest.strip("/").split("/")
    is_item = len(steps) == 1 and steps[0].startswith("{") and steps[0].endswith("}")
    return _ITEM_KINDS.get(method, "custom") if is_item else "custom"
