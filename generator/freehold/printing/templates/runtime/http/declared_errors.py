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

    def fill(self, problem: Mapping[str, Any]) -> Any:
        """The body for a problem; None for problem details."""
        answer, schemas = self._operation and self._operation.answer(problem["status"]), contract_schemas()
        pointer = other_shape(answer.content) if answer else None
        return fill_shape(schemas, pointer, problem) if schemas and pointer else None
