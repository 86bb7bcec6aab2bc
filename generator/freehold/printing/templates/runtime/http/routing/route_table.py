"""Finds the contract route of a request by its method and path, without trying one route after another."""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

from starlette.routing import BaseRoute

from ..contract_route import ContractRoute


class RouteTable:
    """The contract routes that come first among `routes`, by method and path.

    A path without parameters is looked up; one with parameters is compared with those that have the same text
    before their first parameter. What is not found is for the router, which knows all routes: other paths,
    other methods, hand-written routes.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._static: dict[tuple[str, str], ContractRoute] = {}
        self._by_start: dict[tuple[str, str], list[ContractRoute]] = {}
        for route in takewhile(lambda route: isinstance(route, ContractRoute), routes):
            assert isinstance(route, ContractRoute)  # noqa: S101 - narrows the type for mypy
            self._add(route)

    def _add(self, route: ContractRoute) -> None:
        start, brace, _ = route.decoded_path.partition("{")
        for method in route.methods or ():
            if not brace:
                self._static.setdefault((method, start), route)
                continue
            key = method, start[: start.rfind("/") + 1]
            self._by_start.setdefault(key, []).append(route)

    def __bool__(self) -> bool:
        return bool(self._static or self._by_start)

    def find(self, method: str, path: str) -> tuple[ContractRoute, Mapping[str, Any]] | None:
        """The route of a request and the values of its path parameters; None if the router has to look."""
        static = self._static.get((method, path))
        if static is not None:
            return static, {}
        end = path.rfind("/")
        while end >= 0:  # the longest start first: it is the most specific one (OpenAPI 3.1, 4.8.8.2)
            for route in self._by_start.get((method, path[: end + 1]), ()):
                match = route.path_regex.match(path)
                if match and not (route.preceding and any(other.match(path) for other in route.preceding)):
                    return route, match.groupdict()
            end = path.rfind("/", 0, end)
        return None
