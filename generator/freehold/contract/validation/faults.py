"""Why a value is refused: the keywords that it fails, each with a pointer, in a bounded number of steps.

Only a value that `is_valid` has refused is looked at here. The look goes down only into what is refused, asks
a compiled validator at each step, and stops at a number of faults, so that no value is expensive. A choice
(`anyOf`, `oneOf`) is entered only where one branch is clearly meant. No text of the value is in a fault.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .alternatives import find_tag, is_only_null
from .fault_texts import fault_text
from .formats import DECIMAL_PATTERN, exceeded_limits
from .json_values import are_distinct, escape_step, is_of_type
from .schema_dialect import DECIMAL_LIMITS, SHARED_PATTERN
from .validators import ContractSchemas, matcher, reference, reference_target

Fault = Mapping[str, Any]
"""`pointer` (RFC 6901), `code` (a keyword of JSON Schema), its `limit` where it has one, and `detail`."""

MOST_FAULTS = 20
_GROUP = 500  # values that are judged at once
_LONGEST_NAME = 64  # characters of a name that the schema does not know, in a pointer
_NO_LIMIT = frozenset(
    """
    additionalProperties anyOf contains dependentRequired false not oneOf propertyNames required schema
    unevaluatedItems unevaluatedProperties uniqueItems
    """.split()  # noqa: SIM905 - it reads as a text
)
_PLAIN = frozenset(
    """
    const enum exclusiveMaximum exclusiveMinimum format maxItems maxLength maxProperties maximum minItems
    minLength minProperties minimum multipleOf pattern uniqueItems
    """.split()  # noqa: SIM905
)
"""Keywords that a small validator of their own can judge."""


def find_faults(schemas: ContractSchemas, pointer: str, value: object) -> list[Fault]:
    """What is wrong with a value that the schema at `pointer` refuses: at least one fault, at most 20."""
    search = _Search(schemas)
    search.enter(pointer, value, "")
    if not search.faults:
        search.add("", "schema", None)
    return search.faults


class _Full(Exception):
    """There are faults enough."""


class _Search:
    """One look at one value."""

    def __init__(self, schemas: ContractSchemas) -> None:
        self._schemas = schemas
        self.faults: list[Fault] = []

    def enter(self, pointer: str, value: object, at: str) -> None:
        """Look at a refused value; `pointer` is the schema's place, `at` that of the value."""
        try:
            self._look(pointer, value, at)
        except _Full:
            return

    def add(self, at: str, code: str, limit: object) -> None:
        """Note a fault. Raises _Full when there are enough."""
        fault = {"pointer": at, "code": code, "detail": fault_text(code, limit)}
        if code not in _NO_LIMIT:
            fault["limit"] = limit  # type: ignore[assignment]  # the values differ in type
        if fault not in self.faults:
            self.faults.append(fault)
        if len(self.faults) >= MOST_FAULTS:
            raise _Full

    def _refuses(self, pointer: str, value: object) -> bool:
        return not self._schemas.validator(pointer).is_valid(value)

    def _fails(self, schema: dict[str, Any], value: object) -> bool:
        return not self._schemas.compile(schema).is_valid(value)

    def _look(self, pointer: str, value: object, at: str) -> None:
        schema = self._schemas.at(pointer)
        if not isinstance(schema, Mapping):
            self.add(at, "false", None)
            return
        if "type" in schema and not is_of_type(schema["type"], value):
            self.add(at, "type", schema["type"])
            return
        before = len(self.faults)
        if "$ref" in schema:
            self._down(reference_target(schema), value, at)
        self._limits(schema, value, at)
        self._choices(schema, pointer, value, at)
        if isinstance(value, dict):
            self._object(schema, pointer, value, at)
        if isinstance(value, list):
            self._array(schema, pointer, value, at)
        if len(self.faults) == before:
            self._unevaluated(schema, pointer, value, at)

    def _limits(self, schema: Mapping[str, Any], value: object, at: str) -> None:
        restated = DECIMAL_PATTERN if schema.get("format") == "decimal" else None
        for word, limit in schema.items():
            is_restated = limit == restated or (word == "enum" and limit == [schema.get("const", restated)])
            if word in _PLAIN and not is_restated and self._exceeds(word, limit, value):
                self.add(at, word, limit)
        large = schema.get(SHARED_PATTERN, restated)
        if large != restated and not matcher(large).is_valid(value):
            self.add(at, "pattern", large)
        limits = schema.get(DECIMAL_LIMITS, {})
        for word in exceeded_limits(limits, value):
            self.add(at, word, limits[word])

    def _exceeds(self, word: str, limit: object, value: object) -> bool:
        distinct = are_distinct(value) if word == "uniqueItems" and isinstance(value, list) else None
        return self._fails({word: limit}, value) if distinct is None else limit is True and not distinct

    def _down(self, pointer: str, value: object, at: str) -> None:
        if self._refuses(pointer, value):
            self._look(pointer, value, at)

    # Keywords that apply other schemas to the same value.

    def _choices(self, schema: Mapping[str, Any], pointer: str, value: object, at: str) -> None:
        for index in range(len(schema.get("allOf", ()))):
            self._down(f"{pointer}/allOf/{index}", value, at)
        for word in ("anyOf", "oneOf"):
            if word in schema and self._fails(self._choice(schema, pointer, word), value):
                self._choose(schema, pointer, word, value, at)
        if "not" in schema and not self._refuses(f"{pointer}/not", value):
            self.add(at, "not", None)
        if "if" in schema:
            branch = "else" if self._refuses(f"{pointer}/if", value) else "then"
            if branch in schema:
                self._down(f"{pointer}/{branch}", value, at)

    @staticmethod
    def _choice(schema: Mapping[str, Any], pointer: str, word: str) -> dict[str, Any]:
        return {word: [reference(f"{pointer}/{word}/{index}") for index in range(len(schema[word]))]}

    def _choose(self, schema: Mapping[str, Any], pointer: str, word: str, value: object, at: str) -> None:
        """Look into the branch that is meant, or note that none fits."""
        branches = [f"{pointer}/{word}/{index}" for index in range(len(schema[word]))]
        branches = [branch for branch in branches if not is_only_null(self._schemas, branch)]
        if len(branches) == 1 and self._refuses(branches[0], value):
            self._look(branches[0], value, at)
            return
        tag = find_tag(self._schemas, schema, branches)
        if tag is None or not isinstance(value, dict):
            self.add(at, word, None)
            return
        name, by_value = tag
        meant = by_value.get(value.get(name)) if isinstance(value.get(name), str | int) else None
        if meant is None:
            self.add(_below(at, name), "discriminator" if name in value else "required", [*by_value])
        elif self._refuses(meant, value):
            self._look(meant, value, at)
        else:
            self.add(at, word, None)

    # Objects and arrays.

    def _object(self, schema: Mapping[str, Any], pointer: str, value: dict[str, Any], at: str) -> None:
        known = schema.get("properties", {})
        for name in known:
            if name in value:
                self._down(f"{pointer}/properties/{escape_step(name)}", value[name], _below(at, name))
        for name in schema.get("required", ()):
            if name not in value:
                self.add(_below(at, name), "required", None)
        others = set(value).difference(known)
        for pattern in schema.get("patternProperties", {}):
            names = _matching(pattern, value)
            others.difference_update(names)
            self._each(f"{pointer}/patternProperties/{escape_step(pattern)}", value, names, at)
        more = schema.get("additionalProperties", True)
        left = [name for name in value if name in others] if more is not True else []
        if more is False:
            for name in left:
                self.add(_unknown(at, name), "additionalProperties", None)
        else:
            self._each(f"{pointer}/additionalProperties", value, left, at)
        self._dependent(schema, pointer, value, at)

    def _each(self, pointer: str, value: Any, places: Sequence[Any], at: str) -> None:
        """Look into what one schema refuses at many places; a group of them is judged at once."""
        for start in range(0, len(places), _GROUP):
            group = places[start : start + _GROUP]
            if not self._schemas.validator_of_list(pointer).is_valid([value[place] for place in group]):
                for place in group:
                    self._down(pointer, value[place], _below(at, place))

    def _dependent(self, schema: Mapping[str, Any], pointer: str, value: dict[str, Any], at: str) -> None:
        for name, needed in schema.get("dependentRequired", {}).items():
            for other in needed if name in value else ():
                if other not in value:
                    self.add(_below(at, other), "dependentRequired", None)
        for name in schema.get("dependentSchemas", {}):
            if name in value:
                self._down(f"{pointer}/dependentSchemas/{escape_step(name)}", value, at)
        for name in value if "propertyNames" in schema else ():
            if self._refuses(f"{pointer}/propertyNames", name):
                self.add(_unknown(at, name), "propertyNames", None)

    def _array(self, schema: Mapping[str, Any], pointer: str, value: list[Any], at: str) -> None:
        first = schema.get("prefixItems", ())
        for index, item in enumerate(value[: len(first)]):
            self._down(f"{pointer}/prefixItems/{index}", item, f"{at}/{index}")
        if "items" in schema:
            self._each(f"{pointer}/items", value, range(len(first), len(value)), at)
        if "contains" in schema:
            bounds = {word: schema[word] for word in ("minContains", "maxContains") if word in schema}
            if self._fails({"contains": reference(f"{pointer}/contains")} | bounds, value):
                self.add(at, "contains", None)

    def _unevaluated(self, schema: Mapping[str, Any], pointer: str, value: object, at: str) -> None:
        """What nothing else accounts for: names and items that no part of the schema knows."""
        if "unevaluatedProperties" in schema and isinstance(value, dict):
            known = set(self._named(pointer, 0))
            left = [name for name in value if name not in known]
            for name in left:
                self.add(_unknown(at, name), "unevaluatedProperties", None)
            if not left:
                self.add(at, "unevaluatedProperties", None)
        elif "unevaluatedItems" in schema and isinstance(value, list):
            self.add(at, "unevaluatedItems", None)

    def _named(self, pointer: str, depth: int) -> Iterator[str]:
        """The properties that a schema, and the schemas that it applies to the same value, name."""
        schema = self._schemas.at(pointer)
        if not isinstance(schema, Mapping) or depth > MOST_FAULTS:
            return
        yield from schema.get("properties", {})
        if "$ref" in schema:
            yield from self._named(reference_target(schema), depth + 1)
        for word in ("allOf", "anyOf", "oneOf"):
            for index in range(len(schema.get(word, ()))):
                yield from self._named(f"{pointer}/{word}/{index}", depth + 1)
        for word in ("then", "else", "if"):
            if word in schema:
                yield from self._named(f"{pointer}/{word}", depth + 1)


def _matching(pattern: str, names: Iterable[str]) -> list[str]:
    judge: Callable[[object], bool] = matcher(pattern).is_valid
    return [name for name in names if judge(name)]


def _below(at: str, name: object) -> str:
    return f"{at}/{escape_step(name)}"


def _unknown(at: str, name: str) -> str:
    """The place of a name that the client made up: a long one is not repeated."""
    return _below(at, name) if len(name) <= _LONGEST_NAME and not re.search(r"[\x00-\x1f]", name) else at
