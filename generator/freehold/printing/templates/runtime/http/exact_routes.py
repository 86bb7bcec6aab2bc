"""Routes that match exactly what HTTP and the contract say."""

import re
from collections.abc import Iterable
from typing import TypeVar

from starlette.routing import BaseRoute

from .contract_route import ContractRoute

R = TypeVar("R", bound=BaseRoute)
_END_BEFORE_NEWLINE = "$"  # it also matches before a newline at the end, which is `%0a` in a path


def exact(routes: Iterable[R]) -> list[R]:
    """Return the same routes, which now match whole paths; those for GET serve HEAD too (RFC 9110, 9.3.2).

    The server does not send the body of an answer to HEAD.
    """
    found = list(routes)
    for route in found:
        _match_whole_path(route)
        if isinstance(route, ContractRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    return found


def _match_whole_path(route: BaseRoute) -> None:
    pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
    if pattern is not None and pattern.pattern.endswith(_END_BEFORE_NEWLINE):
        whole = pattern.pattern.removesuffix(_END_BEFORE_NEWLINE) + r"\Z"
        vars(route)["path_regex"] = re.compile(whole, pattern.flags)
