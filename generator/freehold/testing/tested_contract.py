"""The operations of a project, sorted by what can be tested of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import required_filters, uses_cursor_pagination
from freehold.contract.operations.path_parameters import (
    ancestors,
    owner_parameter,
    path_parents,
    split_path_parameters,
)
from freehold.contract.resources import Link, is_singleton, owner, properties, references, resources
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.keys import key_property
from freehold.contract.rows.readers import keys_of_all_owners, reads_all_owners
from freehold.contract.validation.answers import AnswerFault, AnswerSchemas
from freehold.contract.validation.operation_schemas import operation_schemas
from freehold.contract.validation.validators import ContractSchemas
from freehold.ground.naming import snake_case
from freehold.ground.project import Project
from freehold.publishing.served_document import build_served_document
from freehold.reading.document import Document, Node
from freehold.workbench import operation_details

NOT_WRITTEN = "not written"


@dataclass(frozen=True)
class TestedContract:
    """An effective contract, and where its operations are implemented."""

    __test__ = False

    document: Document = field(repr=False)
    implementations: dict[str, str] = field(default_factory=dict)
    """`generated`, a file of `overrides/` or `not written`, by operationId."""

    @cached_property
    def operations(self) -> list[ContractOperation]:
        """All operations, in the order of the contract."""
        return operations(self.document)

    @cached_property
    def resources(self) -> dict[str, Node]:
        """The resources by name."""
        return resources(self.document)

    def resource_of(self, operation: ContractOperation) -> Node | None:
        """The resource of an operation; None for an operation that has no table."""
        return self.resources.get(operation.resource or "")

    @cached_property
    def required_filters(self) -> dict[str, set[str]]:
        """The properties without which no list that requires a filter has a row, by resource."""
        return {name: required_filters(schema, self.operations) for name, schema in self.resources.items()}

    def is_owned(self, operation: ContractOperation) -> bool:
        """Whether the rows of an operation have owners."""
        resource = self.resource_of(operation)
        return resource is not None and owner(resource) is not None

    def reads_all_owners(self, operation: ContractOperation) -> bool:
        """Whether an operation reads the rows of all owners, as `read` of the resource says."""
        return reads_all_owners(operation, self.resource_of(operation))

    def is_private(self, operation: ContractOperation) -> bool:
        """Whether an operation reaches the rows of its caller only."""
        return self.is_owned(operation) and not self.reads_all_owners(operation)

    def is_on_one_row(self, operation: ContractOperation) -> bool:
        """Whether the path has the id of a row that has an owner."""
        resource = self.resource_of(operation)
        return self.is_owned(operation) and resource is not None and self.row_parameter(operation) is not None

    def creates_at_key(self, operation: ContractOperation) -> bool:
        """Whether a PUT creates the row that its path names."""
        return creates_row(operation) and self.is_on_one_row(operation)

    def row_parameter(self, operation: ContractOperation) -> str | None:
        """The name of the path parameter with the id of the row."""
        resource = self.resource_of(operation)
        row = split_path_parameters(operation, resource)[1] if resource else None
        if row is None or resource is None or not _is_key(resource, self.key_of(operation), row):
            return None
        return str(row.get_value("name"))

    def key_of(self, operation: ContractOperation) -> str:
        """The property by which the path of an operation names a row."""
        resource = self.resource_of(operation)
        return key_property(operation, resource) if resource else ""

    def parent_parameters(self, operation: ContractOperation) -> dict[str, str]:
        """The path parameters that name parents, with the fields that refer to these."""
        resource = self.resource_of(operation)
        return path_parents(operation, resource) if resource else {}

    def name_of_place(self, operation: ContractOperation, name: str) -> str:
        """What the ids of a request call a path parameter: the field of a parent, or its own name."""
        return self.parent_parameters(operation).get(name, snake_case(name))

    def parents_in_path(self, operation: ContractOperation) -> list[str]:
        """The fields of the parents that the path names, the topmost first."""
        resource, fields = self.resource_of(operation), self.parent_parameters(operation).values()
        return [link.field for link, _ in ancestors(resource) if link.field in fields] if resource else []

    def other_path_parameters(self, operation: ContractOperation) -> list[Node]:
        """The path parameters that are neither the owner, nor a parent, nor the row."""
        named = (self.row_parameter(operation), owner_parameter(operation))
        known = {*self.parent_parameters(operation), *named}
        return [
            parameter
            for parameter in operation.parameters()
            if parameter.get_value("in") == "path" and parameter.get_value("name") not in known
        ]

    def references_in_body(self, operation: ContractOperation) -> list[Link]:
        """The references to rows that have an owner, which the body can set."""
        resource, body = self.resource_of(operation), properties(operation.row_body())
        links = references(resource) if resource else []
        return [
            link
            for link in links
            if link.field in body and link.resource in self.resources and owner(self.resources[link.resource])
        ]

    def written_operations(self) -> list[str]:
        """The operationIds of all operations but those that answer 501 because they are not written yet."""
        return [operation.id for operation in self.operations if not self.is_unwritten(operation)]

    def is_generated(self, operation: ContractOperation) -> bool:
        """Whether no override implements an operation."""
        return self.implementations.get(operation.id, "generated") == "generated"

    def is_unwritten(self, operation: ContractOperation) -> bool:
        """Whether an operation has to be written in `overrides/`, and is not: it answers 501."""
        return self.implementations.get(operation.id) == NOT_WRITTEN

    def answer_fault(
        self, operation: ContractOperation, status: int, headers: dict[str, str], content: bytes
    ) -> AnswerFault | None:
        """The first thing in an answer that the served document does not declare."""
        schemas = operation_schemas(self._schemas, operation.path, operation.method)
        return self._answers.find_fault(schemas, status, headers, content) if schemas else None

    @cached_property
    def _schemas(self) -> ContractSchemas:
        return ContractSchemas(self._served.root)

    @cached_property
    def _answers(self) -> AnswerSchemas:
        return AnswerSchemas(self._served.root)

    @cached_property
    def _served(self) -> Document:
        return build_served_document(self.document)


def _is_key(resource: Node, name: str, parameter: Node) -> bool:
    """Whether a parameter has the form of the keys of a resource; `/tasks/by-tag/{tag}` has not."""
    key, schema = properties(resource).get(name), parameter.get("schema")
    forms = [(node.get_value("type"), node.get_value("format") == "uuid") for node in (key, schema) if node]
    return len(forms) < 2 or forms[0] == forms[1]  # noqa: PLR2004 - both


def load_contract(project: Project) -> TestedContract:
    """Read the contract and the overrides of a project. Raises ContractError with all of their problems."""
    document, summaries = operation_details.contract_with_summaries(project)
    return TestedContract(document, {summary.id: summary.implementation for summary in summaries})


Choice = Callable[[TestedContract, ContractOperation], Any]
"""Whether a test is about an operation."""


def is_any(_contract: TestedContract, _operation: ContractOperation) -> bool:
    """Every operation."""
    return True


def is_on_owned_row(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations on one row that has an owner, who alone reaches it, and that must be there."""
    is_there = contract.is_on_one_row(operation) and not contract.creates_at_key(operation)
    return is_there and contract.is_private(operation)


def creates_at_key(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations that create the row which the path names, if it is missing."""
    return contract.creates_at_key(operation)


def is_of_singleton(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations on a row that an owner has once, and that no path names."""
    resource = contract.resource_of(operation)
    return resource is not None and is_singleton(resource)


def is_below_parent(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations whose path names a parent that has an owner."""
    return contract.is_private(operation) and bool(contract.parents_in_path(operation))


def has_sibling_places(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations on a row below a parent, or on the rows below a parent that has a parent itself."""
    parents = contract.parents_in_path(operation)
    if contract.creates_at_key(operation):
        return False
    return contract.is_owned(operation) and len(parents) > (0 if contract.is_on_one_row(operation) else 1)


def is_owned_list(contract: TestedContract, operation: ContractOperation) -> bool:
    """Lists of rows that have owners, who alone reach them."""
    return contract.is_private(operation) and operation.kind == "list"


def is_list_with_cursor(contract: TestedContract, operation: ContractOperation) -> bool:
    """Those lists whose pages begin at a cursor."""
    return is_owned_list(contract, operation) and uses_cursor_pagination(operation)


def sets_reference(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations whose body can refer to other rows."""
    return bool(contract.references_in_body(operation))


def creates_owned_row(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations that create a row that has an owner, and no value that is unique among all owners."""
    resource = contract.resource_of(operation)
    is_private = resource is not None and not keys_of_all_owners(resource)[1:]
    return contract.is_owned(operation) and operation.kind == "create" and is_private


def is_read_by_others(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations that read the rows of all owners."""
    return contract.reads_all_owners(operation) and operation.kind != "custom"


def takes_idempotency_key(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations that can be repeated with a key."""
    return contract.is_owned(operation) and operation.request_header(IDEMPOTENCY_KEY) is not None


def needs_scopes(_contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations that not every token may use."""
    return bool(operation.scopes())


def has_owner_in_path(_contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations whose path names the owner."""
    return owner_parameter(operation) is not None


def answers_to_one_owner(contract: TestedContract, operation: ContractOperation) -> bool:
    """Operations with a token, and no rows that users share."""
    return operation.requires_token and (
        contract.is_private(operation) or contract.resource_of(operation) is None
    )
