"""Makes examples for parameters, bodies and responses without one: those of an operation tell one story."""

from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.messages import json_schema
from freehold.contract.operations.contract_operation import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    ContractOperation,
)
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import list_filters, page_parameters
from freehold.contract.operations.page_schemas import absent_on_only_page, page_values
from freehold.contract.operations.path_parameters import ancestors, owner_parameter, split_path_parameters
from freehold.contract.resources import id_property, properties, references, resources
from freehold.contract.rows.collection_paths import page_in
from freehold.contract.rows.column_types import default_value, is_nullable
from freehold.contract.rows.keys import item_path, key_property, location_property, sends_location
from freehold.contract.rows.shown_rows import is_message, shown_row, values_beside
from freehold.contract.samples.identities import sample_subject
from freehold.contract.samples.maker import Maker, NoSample, is_valid
from freehold.contract.samples.words import words_of
from freehold.publishing.examples.rows import example_of, some_changes, with_known, with_rows
from freehold.publishing.tree import Part, resolve
from freehold.reading.document import Document, Node

_WORDS = {"example", "examples"}
_KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
_TAG = '"1"'
_TOKENS = frozenset({"cursor", "next", "previous", "prev"})
"""Words of properties that lead to other pages: an example shows the only page."""


def add_examples(root: Part, contract: Document) -> None:
    """Add an example to each parameter, body and success response that has none, in place."""
    story = _Story(Document("", root, {}), contract)
    known = operations(contract)
    for operation in sorted(known, key=lambda operation: operation.kind != "create"):
        story.tell(operation)


class _Story:
    """The examples of one document, so far."""

    def __init__(self, document: Document, contract: Document) -> None:
        self._document = document
        self._contract = contract
        self._resources = resources(contract)
        self._rows: dict[str, dict[str, Any]] = {}
        """What is known of the row of each resource."""

    def tell(self, operation: ContractOperation) -> None:
        """Add the examples of one operation."""
        node = self._document.root_node.get_path("paths", operation.path, operation.method)
        if node is None:
            return
        values: dict[str, Any] = {}
        for parameter in _elements(node.get("parameters")):
            self._add_to_parameter(operation, parameter)
            example = self._resolved(parameter).get("example")
            values |= {} if example is None else {str(parameter.get_value("name")): example}
        sent = self._add_to_body(operation, node)
        success = operation.success_response()
        first = [success[0]] if success else []
        for status in dict.fromkeys([*first, *operation.success_responses()]):
            shown = self._add_to_response(operation, status, node, values, sent)
            self._add_to_headers(operation, status, node, values, shown)

    def _resolved(self, node: Node) -> Part:
        """The part of the document that a node stands for, to be changed in place."""
        part: Part = node.value
        return resolve(self._document.root, part)

    def _maker(self, operation: ContractOperation) -> Maker:
        resource = self._resources.get(operation.resource or "")
        links = references(resource) if resource is not None else []
        return Maker(operation.resource or "", nulls=frozenset(link.field for link in links))

    def _add_to_parameter(self, operation: ContractOperation, parameter: Node) -> None:
        part, schema = self._resolved(parameter), parameter.get("schema")
        name, place = str(parameter.get_value("name")), parameter.get_value("in")
        if _WORDS & part.keys() or schema is None:
            return
        cursor = page_parameters(operation).get("cursor")
        if place == "query" and cursor is not None and cursor.get_value("name") == name:
            return  # only the service can make one
        for value in self._values_of_parameter(operation, schema, name, str(place)):
            if value is not None and is_valid(schema, value):
                part["example"] = value
                return

    def _values_of_parameter(
        self, operation: ContractOperation, schema: Node, name: str, place: str
    ) -> Iterator[Any]:
        """Yield values that tell the story, the best one first; not each is valid."""
        if place == "header":
            known = "*" if operation.is_write else _TAG
            yield {IDEMPOTENCY_KEY: _KEY, IF_MATCH: _TAG, IF_NONE_MATCH: known}.get(name.lower())
        if place == "path":
            yield self._id_in_path(operation, name)
        field = self._filtered_field(operation, name)
        if place == "query" and "default" not in schema.value:
            shown = self._rows.get(operation.resource or "", {}).get(field)
            yield from (shown, [shown])
        try:
            yield Maker(operation.resource or "").sample(schema, field)
        except NoSample:
            return

    def _id_in_path(self, operation: ContractOperation, name: str) -> Any:
        """The id of the row that a path parameter names, or of a row above it."""
        resource = self._resources.get(operation.resource or "")
        if name == owner_parameter(operation):
            return sample_subject(self._contract)
        if resource is None:
            return None
        parents, item = split_path_parameters(operation, resource)
        names = [str(parameter.get_value("name")) for parameter in parents]
        above = [node for _, node in ancestors(resource)][-len(names) :] if names else []
        rows = dict(zip(names, above, strict=True))
        if item is not None and item.get_value("name") == name:
            return self._rows.get(resource.name, {}).get(key_property(operation, resource))
        row = rows.get(name)
        return self._rows.get(row.name, {}).get(id_property(row)) if row is not None else None

    def _filtered_field(self, operation: ContractOperation, name: str) -> str:
        """The property that a query parameter filters by, or its own name."""
        resource = self._resources.get(operation.resource or "")
        filters = list_filters(operation, resource) if resource and operation.kind == "list" else ()
        fields = (names[0] for parameter, names, _ in filters if parameter.get_value("name") == name)
        return next(fields, name)

    def _add_to_body(self, operation: ContractOperation, node: Node) -> Any:
        """Add the example of the request body, and return it."""
        content = node.get_path("requestBody", "content")
        sent: Any = None
        for _, media in content.items() if content else ():
            part, schema = self._resolved(media), media.get("schema")
            if schema is None:
                continue
            if not _WORDS & part.keys() and not operation.takes_file:
                value = self._body(operation, schema)
                if value is not None:
                    part["example"] = value
            sent = example_of(self._document.root, part) if sent is None else sent
        row = operation.written_row()
        sent = sent.get(row.envelope) if row and row.envelope and isinstance(sent, dict) else sent
        if operation.kind == "create" and isinstance(sent, dict):
            self._rows.setdefault(operation.resource or "", {}).update(sent)
        return sent

    def _body(self, operation: ContractOperation, whole: Node) -> Any:
        """The example of a body: of the row in it, with its envelope."""
        row = operation.written_row()
        if row is None or not row.envelope or _WORDS & whole.value.keys():
            return self._row(operation, whole)
        value = self._row(operation, properties(whole)[row.envelope])
        return None if value is None else {row.envelope: value}

    def _row(self, operation: ContractOperation, schema: Node) -> Any:
        maker = self._maker(operation)
        try:
            declared = self._declared(operation, schema, maker)
            if declared is not None:
                return declared
            value = maker.sample(schema)
            if operation.kind == "update" and not _WORDS & schema.value.keys():
                changed = some_changes(
                    Maker(maker.resource, nulls=maker.nulls, variant=1).sample(schema), value
                )
                return changed if is_valid(schema, changed) else value
        except NoSample:
            return None
        return value

    def _declared(self, operation: ContractOperation, schema: Node, maker: Maker) -> Any:
        """The example of the resource as a body of a create or replace, if it is one. Raises NoSample."""
        resource = self._resources.get(operation.resource or "")
        if resource is None or operation.kind not in ("create", "replace") or _WORDS & schema.value.keys():
            return None
        declared = [*resource.get_value("examples", ()), resource.get_value("example")][0]
        known = {*_names(schema)}
        if not isinstance(declared, dict) or not known & declared.keys():
            return None
        kept = {name: value for name, value in declared.items() if name in known}
        body = maker.complete(schema, kept)
        return body if is_valid(schema, body) else None

    def _add_to_response(
        self, operation: ContractOperation, status: str, node: Node, values: Mapping[str, Any], sent: Any
    ) -> Any:
        """Add the example of a success response, and return its row."""
        content = node.get_path("responses", status, "content")
        envelope = self._envelope(operation, status)
        shown: Any = None
        for _, media in content.items() if content else ():
            part, schema = self._resolved(media), media.get("schema")
            if schema is None:
                continue
            if not _WORDS & part.keys() and not operation.answers_file:
                value = self._answer(operation, schema, envelope, values, sent)
                if value is not None:
                    part["example"] = value
            shown = example_of(self._document.root, part) if shown is None else shown
        row = shown.get(envelope) if envelope and isinstance(shown, dict) else shown
        if isinstance(row, dict) and operation.kind in ("create", "get"):
            known = self._rows.setdefault(operation.resource or "", {})
            known.update({name: value for name, value in row.items() if name not in known})
        return row

    def _envelope(self, operation: ContractOperation, status: str) -> str:
        """The property of an answer that has the row; "" where the answer itself is the row."""
        resource = self._resources.get(operation.resource or "")
        answer = json_schema(operation.success_responses()[status])
        shown = shown_row(answer, resource) if resource is not None else None
        return shown.envelope if shown else ""

    def _answer(
        self, operation: ContractOperation, schema: Node, envelope: str, values: Mapping[str, Any], sent: Any
    ) -> Any:
        nulls = {name for name in _names(schema) if not _TOKENS.isdisjoint(words_of(name))}
        page = operation.page_schema()
        if operation.kind == "list" and page is not None:
            nulls |= absent_on_only_page(page, operation)
        try:
            made = Maker(operation.resource or schema.name, nulls=frozenset(nulls)).sample(schema)
        except NoSample:
            return None
        known = dict(self._rows.get(operation.resource or "", {}))
        if isinstance(sent, dict) and operation.kind in ("create", "replace"):
            known |= self._unsent(operation, sent)
        if isinstance(sent, dict) and operation.kind in ("update", "replace"):
            known |= sent
        if operation.kind == "list":
            told = self._page(operation, made, known, values)
        elif (envelope or is_message(schema)) and (success := operation.success_response()):
            beside = values_beside(schema, envelope, success)
            told = {**beside, envelope: with_known(made[envelope], known)} if envelope else beside
        else:
            told = with_known(made, known)
        return told if is_valid(schema, told) else made

    def _page(
        self, operation: ContractOperation, made: Any, known: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Any:
        """The example of a list: its page, in its envelope if it has one."""
        answer, success = operation.response_schema(), operation.success_response()
        if answer is None or success is None or not isinstance(made, dict):
            return with_rows(made, known, values)
        page, envelope = page_in(answer)
        shown = with_rows(made.get(envelope, {}) if envelope else made, known, values)
        shown |= page_values(page, operation)
        return {**values_beside(answer, envelope, success), envelope: shown} if envelope else shown

    def _unsent(self, operation: ContractOperation, sent: Mapping[str, Any]) -> dict[str, Any]:
        """What a row has for properties that were not sent: their defaults, or null."""
        resource = self._resources.get(operation.resource or "")
        names = properties(operation.row_body()).keys() - sent.keys()
        return {
            name: default_value(prop)
            for name, prop in properties(resource).items()
            if name in names and (default_value(prop) is not None or is_nullable(prop))
        }

    def _add_to_headers(
        self, operation: ContractOperation, status: str, node: Node, values: Mapping[str, Any], shown: Any
    ) -> None:
        headers = node.get_path("responses", status, "headers")
        for name, header in headers.items() if headers else ():
            part = self._resolved(header)
            if _WORDS & part.keys():
                continue
            if name.lower() == "etag":
                part["example"] = _TAG
            elif name == "Location" and sends_location(operation):
                location = self._location(operation, values, shown)
                part.update({"example": location} if location else {})

    def _location(self, operation: ContractOperation, values: Mapping[str, Any], shown: Any) -> str:
        resource, path = self._resources.get(operation.resource or ""), item_path(operation)
        is_row = isinstance(shown, dict) and resource is not None
        row_id = shown.get(location_property(operation, resource)) if is_row and resource else None
        if path is None or row_id is None:
            return ""
        above = operation.path.rstrip("/")
        for name, value in values.items():
            above = above.replace(f"{{{name}}}", str(value))
        return "" if "{" in above else f"{above}/{row_id}{'/' if path.endswith('/') else ''}"


def _elements(node: Node | None) -> Iterator[Node]:
    yield from node.elements() if node else ()


def _names(schema: Node) -> list[str]:
    declared = schema.get("properties")
    return [name for name, _ in declared.items()] if declared else []
