"""Rows as structs, which become JSON without a model where no override looks at them.

An answer that a generated method fetches, and a generated route returns as it is, has one reader: what writes
it as JSON. Its rows are structs then, with the fields of their model: to make and to write 100 of them takes
a fifth of the time. Each other caller of the method gets models.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import starmap
from operator import itemgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec
from pydantic import MISSING, BaseModel, PlainSerializer, WrapSerializer
from pydantic.fields import FieldInfo
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, String, Uuid

from ..http.response_models import is_generated
from ..validation.json_text import mark_number, splice_numbers

_TYPES: Final = frozenset({str, int, bool, UUID, dt.datetime, dt.date, NoneType, MISSING})
_COLUMNS: Final = (String, Integer, Boolean, Uuid, Date)
_FEWEST: Final = 2  # columns: `itemgetter` makes no tuple of one
_MANY: Final = 4  # records, for which it is worth to find the places of the columns
_SERIALIZERS: Final = (PlainSerializer, WrapSerializer)

Encode = Callable[[Any], bytes]
"""Writes an answer as JSON."""


class RowStructs:
    """What makes structs of a repository's records."""

    def __init__(self, repository: Any) -> None:
        columns: tuple[str, ...] = repository.response_columns
        omitted = repository.omit_when_null
        # a field that NULL leaves out has a default; those after it need one too
        fields = [(name, Any, None if name in omitted else ...) for name in columns]
        names = {name: _wire_name(name, repository.schema.model_fields[name]) for name in columns}
        self._make: Callable[..., Any] = msgspec.defstruct(
            repository.schema.__name__, fields, rename=names, omit_defaults=True, gc=False
        )
        self._columns = columns
        self._values_by_name = itemgetter(*columns)
        self._values_by_place: dict[tuple[str, ...], Callable[[Any], Any]] = {}
        """What reads the values of records with these columns."""

    def of(self, records: Sequence[Any]) -> list[Any]:
        """A struct of each record. All of them have the same columns."""
        many = len(records) >= _MANY
        values = self._reader(tuple(records[0].keys())) if many else self._values_by_name
        return [*starmap(self._make, map(values, records))]

    def _reader(self, names: tuple[str, ...]) -> Callable[[Any], Any]:
        """What reads the values at the places of their columns: by name, it takes twice as long or more."""
        found = self._values_by_place.get(names)
        if found is None:
            found = self._values_by_place[names] = itemgetter(*_places(names, self._columns))
        return found


def _places(names: tuple[str, ...], columns: tuple[str, ...]) -> list[slice] | list[int]:
    """The places of columns among names: one slice where they are the first ones."""
    if names[: len(columns)] == columns:
        return [slice(len(columns))]
    places = {name: place for place, name in enumerate(names)}
    return [places[name] for name in columns]


@cache
def row_structs(repository: Any) -> RowStructs | None:
    """What makes structs of a repository's records; None where only its models write the same JSON."""
    decorators = repository.schema.__pydantic_decorators__
    has_own = decorators.field_serializers or decorators.model_serializers or decorators.computed_fields
    columns = repository.response_columns
    if len(columns) < _FEWEST or has_own or repository.embedded or repository.hidden_parts:
        return None
    fields = repository.schema.model_fields
    are_plain = all(
        name in fields and _is_plain(fields[name]) and _is_plain_column(getattr(repository.row, name).type)
        for name in columns
    )
    return RowStructs(repository) if are_plain else None


def row_encoder(repository: Any, operation: str, result: Any) -> Encode | None:
    """What writes the answer of an operation whose rows are structs; None if it needs models.

    `operation` is the name of the method, and `result` the type that it returns.
    """
    if not is_generated(getattr(repository, operation, None)) or not row_structs(repository):
        return None
    rows = list[repository.schema]
    if result is repository.schema:
        return None if repository.row.version_column else _ENCODER.encode
    if result == rows:
        return _ENCODER.encode
    return _page_encoder(result, rows) if _is_model(result) else None


def _page_encoder(page: type[BaseModel], rows: Any) -> Encode | None:
    """What writes a page: one list of rows, and values beside it."""
    others = [field for field in page.model_fields.values() if field.annotation != rows]
    if len(others) != len(page.model_fields) - 1:
        return None
    if not all(_is_plain(field) or _is_model(field.annotation) for field in others):
        return None
    names = {name: _wire_name(name, field) for name, field in page.model_fields.items()}

    def encode(value: BaseModel) -> bytes:
        shown = {names[name]: part for name, part in value.__dict__.items() if part is not MISSING}
        return _ENCODER.encode(shown)

    return encode


def _encode_model(value: Any) -> msgspec.Raw:
    """Write a model inside of an answer, such as one about the page."""
    if not isinstance(value, BaseModel):
        raise TypeError(f"{type(value).__name__} cannot be written as JSON")
    text = value.__pydantic_serializer__.to_json(value, by_alias=True, warnings=False, fallback=mark_number)
    return msgspec.Raw(splice_numbers(text))


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_encode_model)


def _wire_name(name: str, field: FieldInfo) -> str:
    return field.serialization_alias or field.alias or name


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _is_plain(field: FieldInfo) -> bool:
    """Whether the values of a field have one form in JSON, whoever writes them."""
    return _has_one_form(field.annotation) and not _is_serialized(field.metadata)


def _has_one_form(annotation: Any) -> bool:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _has_one_form(arguments[0]) and not _is_serialized(arguments[1:])
    if origin in (Union, UnionType, list):
        return all(map(_has_one_form, arguments))
    return origin is Literal or annotation in _TYPES


def _is_serialized(metadata: Iterable[Any]) -> bool:
    return any(isinstance(item, _SERIALIZERS) for item in metadata)


def _is_plain_column(kind: Any) -> bool:
    if isinstance(kind, ARRAY):
        return _is_plain_column(kind.item_type)
    return isinstance(kind, _COLUMNS) or (isinstance(kind, DateTime) and bool(kind.timezone))
