"""Operations that are not written yet: abstract for type checkers, 501 for clients."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

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


M = TypeVar("M", bound=Callable[..., Awaitable[Any]])


def needs_override(method: M) -> M:
    """Make a method answer 501 until an override extends it: answers need what only the override sets."""

    @wraps(method)
    async def extended(self: object, *args: object, **values: object) -> Any:
        if getattr(type(self), method.__name__, None) is extended:
            raise NotWritten
        return await method(self, *args, **values)

    return cast("M", extended)


__all__ = ["NotWritten", "needs_override", "unwritten"]


class NotWritten(Problem):
    """501: the operation is declared, and nobody has written it yet."""

    def __init__(self) -> None:
        super().__init__(501, "This operation is not written yet.", code="not_written")
