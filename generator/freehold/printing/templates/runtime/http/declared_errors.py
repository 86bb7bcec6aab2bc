"""Errors in the shape that an operation declares, where it is not problem details (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from ..validation.operation_schemas import OperationSchemas
from ..validation.problem_details.error_shapes import fill_shape, other_shape
from .contract_values import contract_schemas


class DeclaredErrors:
    """The errors of one operation that it declares in another shape."""

    def __init__(self, operation: OperationSchemas | None) -> None:
        self._operation = operation
        self._pointers: dict[int, str | None] = {}  # of the schema of each status; None for problem details

    def fill(self, problem: Mapping[str, Any], request: Mapping[str, str]) -> Any:
        """The body for a problem of a request with this `time` and `path`; None for problem details."""
        status: int = problem["status"]
        if status not in self._pointers:
            answer = self._operation and self._operation.answer(status)
            self._pointers[status] = other_shape(answer.content) if answer else None
        pointer, schemas = self._pointers[status], contract_schemas()
        return fill_shape(schemas, pointer, problem, request) if schemas and pointer else None
