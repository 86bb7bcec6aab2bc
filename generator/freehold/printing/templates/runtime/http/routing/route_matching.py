"""Which route a request matches: whole paths, in the precedence of OpenAPI, and HEAD where there is GET."""

import re
from collections.abc import Iterable
from itertools import zip_longest
from urllib.parse import unquote

from starlette.routing import BaseRoute, compile_path

from ..contract_route import ContractRoute

_PARAMETER = re.compile(r"\{[^{}]*\}")
_END_BEFORE_NEWLINE = "$"  # it matches at the end, and before a newline at the end


def arrange_routes(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """Sort routes by precedence in OpenAPI: `/tasks/stats` before `/tasks/{task_id}`.

    Those of the contract for GET serve HEAD too (RFC 9110, 9.3.2); the server does not send the body of that
    answer. Their paths match decoded ones: `/my%20tasks` is `/my tasks` in a request.
    """
    sorted_routes = sorted(
        routes, key=lambda route: [_generality(step) for step in getattr(route, "path", "").split("/")]
    )
    contract = [route for route in sorted_routes if isinstance(route, ContractRoute)]
    for route in contract:
        route.decoded_path = _decoded(route.path)
        route.path_regex, _, route.param_convertors = compile_path(route.decoded_path)
        if route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    match_whole_paths(sorted_routes)
    for number, route in enumerate(contract):
        paths = {other.path: other.path_regex for other in contract[:number]}
        route.preceding = [regex for path, regex in paths.items() if _overlap(path, route.path)]
    return sorted_routes


def match_whole_paths(routes: Iterable[BaseRoute]) -> None:
    """Make routes refuse a path with a newline at its end, which is `%0a` in a request."""
    for route in routes:
        pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
        if pattern is not None and pattern.pattern.endswith(_END_BEFORE_NEWLINE):
            whole = pattern.pattern.removesuffix(_END_BEFORE_NEWLINE) + r"\Z"
            vars(route)["path_regex"] = re.compile(whole, pattern.flags)


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
