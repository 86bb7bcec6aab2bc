"""Operations that are not written yet: abstract for type checkers, 501 for clients."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from ..http.problems import Problem

if TYPE_CHECKING:
    from abc import abstractmethod as unwritten
else:

    def unwritten(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Make a method answer 501 until an override replaces it, so that the rest of the service runs."""

        @wraps(method)
        async def answer(*_: object, **__: object) -> None:
            raise NotWritten

        return answer


__all__ = ["NotWritten", "unwritten"]


class NotWritten(Problem):
    """501: the operation is declared, and nobody has written it yet."""

    def __init__(self) -> None:
        super().__init__(501, "This operation is not written yet.", code="not_written")
