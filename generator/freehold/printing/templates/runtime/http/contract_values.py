"""Values of a request: judged by the schemas of the served document, then converted for the endpoint.

The document alone decides what is accepted. A conversion fails only for what PostgreSQL cannot store.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from pydantic import TypeAdapter, ValidationError

from ..validation.conversion_faults import OTHER, describe_error
from ..validation.fault_texts import make_fault
from ..validation.faults import find_faults
from ..validation.json_text import JsonError, parse_strict_json, unstorable, use_exact_numbers
from ..validation.json_values import pointer_to
from ..validation.operation_schemas import OperationSchemas, operation_schemas
from ..validation.parameter_texts import TypeFault, allowed_types, decode, parse_text
from ..validation.validators import ContractSchemas
from .problems import ErrorEntry, Malformed

_TEXT = frozenset({"string"})
_FOLDER = Path(__file__).parents[2]
_SERVED, _CONTRACT = "openapi.json", "contract.json"


@cache
def contract_schemas() -> ContractSchemas | None:
    """The schemas of the document that is served, read once; None where there is no document."""
    document = read_document()
    return ContractSchemas(document) if document is not None else None


def read_document(name: str = _SERVED) -> Mapping[str, Any] | None:
    """The document that is served, with exact numbers; None where there is none."""
    try:
        text = (_FOLDER / name).read_text("utf-8")
    except FileNotFoundError:
        return None
    document: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return document


@cache
def effective_schemas() -> ContractSchemas | None:
    """The schemas of the effective contract, which has those that no client sees, read once."""
    document = read_document(_CONTRACT)
    return ContractSchemas(document) if document is not None else None


def schemas_of(path: str, methods: set[str] | None) -> OperationSchemas | None:
    """The schemas of a route's operation; None for a route that the document does not have."""
    schemas = contract_schemas()
    return operation_schemas(schemas, path, next(iter(methods - {"HEAD"}))) if schemas and methods else None


class ValueReader:
    """Judges a decoded value by the schema at a pointer, if there is one, and converts it."""

    def __init__(self, annotation: Any, pointer: str | None) -> None:
        self.convert: Callable[[Any], Any] = TypeAdapter(annotation).validator.validate_python
        """Converts a value that matches its schema. Raises ValidationError for one that cannot be stored."""
        self._pointer = pointer

    def read(
        self, value: Any, *, may_have_decimals: bool = True, may_be_unstorable: bool = True
    ) -> tuple[Any, list[ErrorEntry]]:
        """The converted value and no fault, or nothing and the errors."""
        schemas = contract_schemas()
        if may_be_unstorable and (places := unstorable(value)):
            return None, [make_fault("characters", pointer=place) for place in places]
        if self._pointer is not None and schemas and not schemas.validator(self._pointer).is_valid(value):
            return None, find_faults(schemas, self._pointer, value)
        try:
            exact = use_exact_numbers(value) if may_have_decimals else value
            return self.convert(exact), []
        except ValidationError as error:
            return None, list(conversion_faults(error, judged=self._pointer is not None))


def conversion_faults(error: ValidationError, *, judged: bool) -> Iterator[ErrorEntry]:
    """What could not be converted: on a judged route, what cannot be stored."""
    for details in error.errors(include_url=False, include_input=False):
        code, limit = describe_error(details)
        code = "storage" if judged and code == OTHER else code
        yield make_fault(code, limit, pointer=pointer_to(details["loc"]))


class BodyReader:
    """Reads the JSON body of one operation."""

    def __init__(self, model: Any, pointers: Mapping[str, str]) -> None:
        self._by_type = {kind: ValueReader(model, pointer) for kind, pointer in pointers.items()}
        self._plain = next(iter(self._by_type.values()), None) or ValueReader(model, None)

    def read(self, content: bytes, media_type: str, errors: list[ErrorEntry]) -> Any:
        """The body, converted; what is wrong with it is added to `errors`. Raises Malformed."""
        try:
            text = parse_strict_json(content)
        except JsonError as error:
            raise Malformed(error.code) from None
        converted, faults = self._by_type.get(media_type, self._plain).read(
            text.value,
            may_have_decimals=text.may_have_decimals,
            may_be_unstorable=text.may_be_unstorable,
        )
        errors.extend(faults)
        return converted


class ParameterReader:
    """Reads one parameter of a path or a query."""

    def __init__(self, name: str, annotation: Any, pointer: str | None) -> None:
        self.name = name
        self._annotation = annotation
        self._value = ValueReader(annotation, pointer)
        self._convert = self._value.convert
        self._pointer = pointer
        self._is_valid_text: Callable[[str], bool] | None = None

    def read(self, raw: Sequence[str]) -> tuple[Any, list[ErrorEntry]]:
        """The value of texts that are not decoded yet, and what is wrong with it."""
        schemas = contract_schemas()
        try:
            value = decode(schemas, self._pointer, raw) if schemas and self._pointer else self._plain(raw)
        except TypeFault as fault:
            return None, [type_fault(self.name, fault)]
        return self._read_value(value)

    def _read_value(self, value: Any) -> tuple[Any, list[ErrorEntry]]:
        converted, errors = self._value.read(value)
        return converted, self._of_parameter(errors) if errors else errors

    def read_decoded(self, text: str) -> tuple[Any, list[ErrorEntry]]:
        """The same for one text that is decoded, as those of paths and headers are."""
        is_valid = self._is_valid_text or self._judge_of_texts()
        try:
            if text.isascii() and "\0" not in text and is_valid(text):
                return self._convert(text), []
        except ValidationError:
            return self._read_text(text)  # which tells what is wrong
        return self._read_text(text)

    def _read_text(self, text: str) -> tuple[Any, list[ErrorEntry]]:
        schemas = contract_schemas()
        try:
            types = allowed_types(schemas, self._pointer) if schemas and self._pointer else _TEXT
            return self._read_value(parse_text(text, types))
        except TypeFault as fault:
            return None, [type_fault(self.name, fault)]

    def _judge_of_texts(self) -> Callable[[str], bool]:
        """What judges a text as it is; what is no text in JSON is not valid here. It is compiled once."""
        schemas, pointer = contract_schemas(), self._pointer
        if schemas is None or pointer is None:
            judge: Callable[[str], bool] = _accept
        elif allowed_types(schemas, pointer) == _TEXT:
            judge = schemas.validator(pointer).is_valid
        else:
            judge = _reject
        self._is_valid_text = judge
        return judge

    def _of_parameter(self, errors: list[ErrorEntry]) -> list[ErrorEntry]:
        """The errors with the name of the parameter; one for all items of a list with the same fault."""
        entries: list[ErrorEntry] = []
        for error in errors:
            entry = {"parameter": self.name} | {word: error[word] for word in error if word != "pointer"}
            if entry not in entries:
                entries.append(entry)
        return entries

    def _plain(self, raw: Sequence[str]) -> Any:
        """For a route that no document describes: texts, which pydantic converts by the type."""
        texts = [unquote_plus(text) for text in raw]
        return texts if "list[" in str(self._annotation) else texts[-1]


def _accept(_: str) -> bool:
    return True


def _reject(_: str) -> bool:
    return False


def type_fault(name: str, fault: TypeFault) -> ErrorEntry:
    """The error of a text that is of none of the allowed types, or that was sent more than once."""
    if not fault.types:
        return make_fault("repeated", parameter=name)
    types = fault.types if fault.types[1:] else fault.types[0]
    return make_fault("type", types, parameter=name)
