"""Validators of the schemas in a contract, compiled when they are first needed."""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote, unquote

from jsonschema_rs import Draft202012Validator, RegexOptions, Registry

from .formats import EMAIL, FORMATS, exceeded_limits
from .json_values import steps_of
from .schema_dialect import DECIMAL_LIMITS, SHARED_PATTERN, to_2020_12

_DOCUMENT = "urn:contract"
_PATTERNS = RegexOptions(  # bytes: 200 Unicode letters need 10 million, and are slow without their automaton
    size_limit=16 * 2**20, dfa_size_limit=16 * 2**20
)
_POINTER_CHARACTERS = (
    "/~!$&'()*+,;=:@-._"  # unescaped in a fragment, besides letters and digits (RFC 3986, 3.5)
)


class _SharedPattern:
    """Validates a large pattern. All schemas with the same pattern share one matcher."""

    def __init__(self, _schema: Mapping[str, Any], value: str, _path: list[str | int]) -> None:
        self._matcher = matcher(value)

    def validate(self, instance: object) -> None:
        if not self._matcher.is_valid(instance):
            raise ValueError


class _DecimalLimits:
    """Validates the limits of a text of the format decimal."""

    def __init__(self, _schema: Mapping[str, Any], value: Mapping[str, Any], _path: list[str | int]) -> None:
        self._limits = value

    def validate(self, instance: object) -> None:
        if exceeded_limits(self._limits, instance):
            raise ValueError


@cache
def matcher(pattern: str) -> Draft202012Validator:
    """Compile a pattern of ECMA-262 for a linear engine. Raises ValueError if the engine rejects it."""
    return Draft202012Validator({"pattern": pattern}, pattern_options=_PATTERNS)


class ContractSchemas:
    """The schemas of one document as JSON Schema 2020-12, and their validators."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.root = to_2020_12(document)
        self._compiled: dict[str, Draft202012Validator] = {}

    @cached_property
    def _registry(self) -> Registry:
        return Registry([(_DOCUMENT, self.root)])

    def at(self, pointer: str) -> Any:
        """Return the part of the document at a JSON pointer (RFC 6901). Raises LookupError."""
        part: Any = self.root
        for step in steps_of(pointer):
            part = part[int(step)] if isinstance(part, list) else part[step]
        return part

    def resolve(self, pointer: str) -> str:
        """Return the pointer behind references, as of `#/components/parameters/page`. Raises LookupError."""
        part = self.at(pointer)
        while isinstance(part, Mapping) and isinstance(part.get("$ref"), str):
            pointer = reference_target(part)
            part = self.at(pointer)
        return pointer

    def validator(self, pointer: str) -> Draft202012Validator:
        """Return the validator of the schema at a JSON pointer. Raises ValueError for an invalid schema."""
        if pointer not in self._compiled:
            self._compiled[pointer] = self.compile(reference(pointer))
        return self._compiled[pointer]

    def validator_of_list(self, pointer: str) -> Draft202012Validator:
        """Return the validator of arrays whose items match the schema at a JSON pointer."""
        key = f"{pointer}[]"
        if key not in self._compiled:
            self._compiled[key] = self.compile({"items": reference(pointer)})
        return self._compiled[key]

    def compile(self, schema: dict[str, Any]) -> Draft202012Validator:
        """Compile a schema, which can refer into the document by `reference`."""
        return Draft202012Validator(
            schema,
            formats=dict(FORMATS),
            validate_formats=True,
            registry=self._registry,
            pattern_options=_PATTERNS,
            email_options=EMAIL,
            keywords={SHARED_PATTERN: _SharedPattern, DECIMAL_LIMITS: _DecimalLimits},
        )


def reference(pointer: str) -> dict[str, Any]:
    """Return a schema that refers to the one at a JSON pointer."""
    return {"$ref": f"{_DOCUMENT}#{quote(pointer, safe=_POINTER_CHARACTERS)}"}


def reference_target(schema: Mapping[str, Any]) -> str:
    """Return the JSON pointer that a `$ref` into the document refers to."""
    return unquote(str(schema["$ref"]).removeprefix("#"))
