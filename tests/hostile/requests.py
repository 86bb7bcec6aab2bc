"""Valid and invalid requests of a contract."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, IF_MATCH, ContractOperation
from freehold.contract.samples.maker import sample_value
from freehold.ground.naming import snake_case
from tests.hostile.workspace import CONTRACT
from tests.support.two_users import ROW, Ids, unique_values

OPERATIONS = {operation.id: operation for operation in CONTRACT.operations}
SECURED = [name for name, operation in OPERATIONS.items() if operation.requires_token]
WITH_BODIES = [name for name, operation in OPERATIONS.items() if operation.body_schema() is not None]
PATHS = list(dict.fromkeys(operation.path for operation in OPERATIONS.values()))


def path_of(path: str, ids: Ids | None = None) -> str:
    """The path with ids; a missing id is replaced by one of no row."""
    known = ids or {}
    return re.sub(
        r"\{([^{}]*)\}", lambda brace: known.get(snake_case(brace[1]), known.get(ROW, str(uuid4()))), path
    )


def body_of(operation: ContractOperation) -> dict[str, Any] | None:
    """A valid body, if the operation has one."""
    body = operation.body_schema()
    return None if body is None else {**sample_value(body), **unique_values(body)}


def headers_of(operation: ContractOperation) -> Mapping[str, str]:
    """The required headers of an operation."""
    said = {"If-Match": "*"} if operation.request_header(IF_MATCH) else {}
    return said | ({"Idempotency-Key": str(uuid4())} if operation.request_header(IDEMPOTENCY_KEY) else {})
