"""The shapes of a statement: for each argument of its builder the values that lead to different SQL."""

import enum
import inspect
import itertools
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MAX_PATTERN = 4  # columns of a cursor of which all patterns of NULL are tried
_MAX_SHAPES = 1000  # more arguments than this are tried one by one


class UnknownArgumentError(Exception):
    """An argument of a builder whose values cannot be listed."""


@dataclass(frozen=True)
class Shape:
    """The arguments of one call of a builder."""

    label: str
    positional: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Choices:
    """What the generated code knows about the arguments of a statement."""

    orders: Mapping[str, Sequence[object]]
    filters: Sequence[str]
    columns: Sequence[str]
    """The columns that a request can change."""


def shapes_of(build: Any, choices: Choices, calls: Iterable[tuple[object, ...]]) -> list[Shape]:
    """List the shapes of a statement. `calls` are the constant arguments with which it is called.

    Raises UnknownArgumentError for an argument whose values cannot be listed.
    """
    parameters = list(inspect.signature(build).parameters.values())[1:]
    if not parameters:
        return [Shape("")]
    if {"order", "filters"} & {parameter.name for parameter in parameters} and choices.orders:
        return list(_list_shapes([parameter.name for parameter in parameters], choices))
    known_calls = [Shape(_label("call", call), call) for call in calls]
    try:
        listed = _listed_shapes(build, parameters, choices)
    except UnknownArgumentError:
        if not known_calls:
            raise
        listed = []
    return [*listed, *known_calls]


def _list_shapes(names: Sequence[str], choices: Choices) -> Iterator[Shape]:
    """The shapes of a list: each order with each pattern of NULL; each filter alone, in pairs, together."""
    subsets = list(filter_sets(choices.filters))
    together = tuple(choices.filters)
    first = next(iter(choices.orders))
    tried = [(order, filters) for order in choices.orders for filters in dict.fromkeys([(), together])]
    tried += [(first, filters) for filters in subsets if filters not in {(), together}]
    for order, filters in tried if "order" in names else [(first, filters) for filters in subsets]:
        is_whole = filters in {(), together}
        patterns = (
            null_patterns(len(choices.orders[order]))
            if is_whole
            else [None, (False,) * len(choices.orders[order])]
        )
        for nulls in patterns if "nulls" in names else [None]:
            values = {"order": order, "filters": filters, "nulls": nulls}
            yield Shape(_list_label(values, names), tuple(values[name] for name in names))


def _list_label(values: Mapping[str, object], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {values[name]!r}" for name in names)


def filter_sets(filters: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """No filter, each one, each pair, and all of them."""
    sets = [(), *((name,) for name in filters), *itertools.combinations(filters, 2), tuple(filters)]
    yield from dict.fromkeys(sets)


def null_patterns(count: int) -> list[tuple[bool, ...] | None]:
    """The first page, and which values of a cursor are NULL."""
    if count <= _MAX_PATTERN:
        return [None, *itertools.product((False, True), repeat=count)]
    alone = [tuple(index == place for index in range(count)) for place in range(count)]
    return [None, (False,) * count, *alone, (True,) * count]


def _listed_shapes(build: Any, parameters: Sequence[inspect.Parameter], choices: Choices) -> list[Shape]:
    hints = _hints(build)
    values = [list(_values(parameter, hints.get(parameter.name), choices)) for parameter in parameters]
    combinations: Iterable[tuple[Any, ...]] = itertools.product(*values)
    count = 1
    for known in values:
        count *= max(1, len(known))
    if count > _MAX_SHAPES:
        combinations = _one_by_one(values)
    return [_shape(parameters, combination) for combination in combinations]


def _one_by_one(values: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    first = tuple(known[0] for known in values)
    for index, known in enumerate(values):
        for value in known:
            yield (*first[:index], value, *first[index + 1 :])


def _shape(parameters: Sequence[inspect.Parameter], values: Sequence[Any]) -> Shape:
    positional: list[object] = []
    named: list[tuple[str, object]] = []
    labels: list[str] = []
    for parameter, value in zip(parameters, values, strict=True):
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            positional += value
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            named.append((parameter.name, value))
        else:
            positional.append(value)
        labels.append(_label(parameter.name, value))
    return Shape(", ".join(labels), tuple(positional), tuple(named))


def _label(name: str, value: Any) -> str:
    return f"{name} {value!r}"[:200]


def _hints(build: Any) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(build)
    except Exception:  # noqa: BLE001 - an annotation of the project may be anything
        return {}


def _values(parameter: inspect.Parameter, hint: Any, choices: Choices) -> Iterator[Any]:
    """Yield the values of a parameter that lead to different SQL."""
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        yield from dict.fromkeys([(), *((name,) for name in choices.columns), tuple(choices.columns)])
    elif parameter.name == "filters" and choices.filters:
        yield from filter_sets(choices.filters)
    else:
        known = list(_values_of_type(hint))
        if parameter.default is not inspect.Parameter.empty and parameter.default not in known:
            known.append(parameter.default)
        if not known or not _is_listable(hint):
            raise UnknownArgumentError(parameter.name)
        yield from known


def _values_of_type(hint: Any) -> Iterator[object]:
    """Yield the values of a type that has few."""
    if hint is bool:
        yield from (False, True)
    elif hint is None or hint is type(None):
        yield None
    elif typing.get_origin(hint) is typing.Literal:
        yield from typing.get_args(hint)
    elif isinstance(hint, type) and issubclass(hint, enum.Enum):
        yield from hint
    elif typing.get_origin(hint) in {typing.Union, types.UnionType}:
        for part in typing.get_args(hint):
            yield from _values_of_type(part)


def _is_listable(hint: Any) -> bool:
    """Whether `_values_of_type` yields all values of a type."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return all(_is_listable(part) for part in typing.get_args(hint))
    is_enum = isinstance(hint, type) and issubclass(hint, enum.Enum)
    return hint in {bool, type(None)} or typing.get_origin(hint) is typing.Literal or is_enum
