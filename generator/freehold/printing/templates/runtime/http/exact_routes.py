"""Routes that match exactly what HTTP and the contract say, in the order of their precedence."""

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import TypeVar
from urllib.parse import unquote

from starlette.routing import BaseRoute, compile_path

from .contract_route import ContractRoute

_PARAMETER = re.compile(r"\{[^{}]*\}")
R = TypeVar("R", bound=BaseRoute)
_END_BEFORE_NEWLINE = "$"  # it also matches before a newline at the end, which is `%0a` in a path


def exact(routes: Iterable[R]) -> list[R]:
    """Return the same routes, which now match whole paths; those for GET serve HEAD too (RFC 9110, 9.3.2).

    The server does not send the body of an answer to HEAD. A path of the contract matches decoded ones:
    `/my%20tasks` is `/my tasks` in a request.
    """
    found = list(routes)
    for route in found:
        if isinstance(route, ContractRoute):
            route.path_regex, _, route.param_convertors = compile_path(_decoded(route.path))
        _match_whole_path(route)
        if isinstance(route, ContractRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    return found


def sort_by_specificity(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """Sort routes by precedence in OpenAPI: `/tasks/stats` before `/tasks/{task_id}`."""
    sorted_routes = sorted(
        routes, key=lambda route: [_generality(step) for step in getattr(route, "path", "").split("/")]
    )
    contract = [route for route in sorted_routes if isinstance(route, ContractRoute)]
    for number, route in enumerate(contract):
        paths = {other.path: other.path_regex for other in contract[:number]}
        route.preceding = [regex for path, regex in paths.items() if _overlap(path, route.path)]
    return sorted_routes


def _decoded(path: str) -> str:
    """A path as requests have it, with the names that its parameters have in `path_params`."""
    return _PARAMETER.sub(lambda name: name[0].replace("-", "_"), unquote(path))


def _generality(segment: str) -> tuple[bool, int]:
    """How general a segment is: `stats`, then `{task_id}.json`, then `{task_id}`."""
    literal, *others = _PARAMETER.split(segment)
    return bool(others), -len(literal + "".join(others)) if others else 0


def _overlap(one: str, other: str) -> bool:
    """Whether two different paths can match the same request."""
    pairs = [*zip_longest(one.split("/"), other.split("/"), fillvalue="")]
    return one != other and all(a == b or ("{" in a + b and a and b) for a, b in pairs)


def _match_whole_path(route: BaseRoute) -> None:
    pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
    if pattern is not None and pattern.pattern.endswith(_END_BEFORE_NEWLINE):
        whole = pattern.pattern.removesuffix(_END_BEFORE_NEWLINE) + r"\Z"
        vars(route)["path_regex"] = re.compile(whole, pattern.flags)
