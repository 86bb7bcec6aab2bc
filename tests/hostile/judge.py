"""Checks responses against the effective contract, and that values round-trip."""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

import jsonschema_rs

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.validation.problem_details.problem_codes import CODES
from tests.hostile.places import Schema, Schemas
from tests.hostile.wire import Answer

PROBLEM = "application/problem+json"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_MOMENT = re.compile(r"(?:(.{10})[Tt])?\d\d:\d\d:(\d\d)(\.\d+)?([Zz]|([+-])(\d\d):\d\d)")
_MICROSECONDS = 7
_FURTHEST = dt.timedelta(hours=16)


class Judge:
    """Checks the responses of one operation against its contract."""

    def __init__(self, operation: ContractOperation) -> None:
        self.operation = operation
        self.schemas = Schemas(operation.node.document)
        self._responses: Mapping[str, Any] = {
            status: node.value
            for status, node in operation.node.get("responses").items()  # type: ignore[union-attr]
        }
        self._validators: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}
        self._parameters: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def body(self) -> jsonschema_rs.Draft202012Validator:
        """Validates values against the schema of the body."""
        schema = self.operation.body_schema()
        assert schema is not None
        return self.schemas.validator(dict(schema.value))

    def faults(self, answer: Answer) -> Iterator[str]:
        """The errors of a response."""
        response = self._responses.get(str(answer.status))
        if response is None:
            yield f"{answer.status} is not declared"
            return
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        declared = response.get("content", {})
        if bool(answer.body) != bool(declared):
            yield f"a body of {len(answer.body)} bytes, and declared are {list(declared)}"
        elif declared and media_type not in declared:
            yield f"{media_type} is not declared"
        elif declared:
            yield from self._misfits(answer, media_type, declared[media_type]["schema"])
        if answer.status >= 400 and media_type != PROBLEM:
            yield f"a failure is {media_type}"
        for name, header in response.get("headers", {}).items():
            if header.get("required") and name.lower() not in answer.headers:
                yield f"{name} is missing"

    def _misfits(self, answer: Answer, media_type: str, schema: Schema) -> Iterator[str]:
        key = str(answer.status), media_type
        if key not in self._validators:
            self._validators[key] = self.schemas.validator(schema)
        try:
            body = json.loads(answer.body.decode())
        except ValueError as error:
            yield f"the answer is no JSON: {error}"
            return
        misfit = next(self._validators[key].iter_errors(body), None)
        if misfit is not None:
            yield f"the answer is not as declared: {misfit.message[:200]} at {misfit.instance_path}"
        if media_type == PROBLEM:
            yield from problem_faults(answer, body)

    def takes(self, name: str, schema: Schema, text: str) -> bool:
        """Whether a parameter accepts this text."""
        if name not in self._parameters:
            self._parameters[name] = self.schemas.validator(schema)
        try:
            value = _read(self.schemas.resolved(schema), text)
        except ValueError:
            return False
        return bool(self._parameters[name].is_valid(value))


_JUDGES: dict[str, Judge] = {}


def judge_of(operation: ContractOperation) -> Judge:
    """The cached judge of an operation."""
    return _JUDGES.setdefault(operation.id, Judge(operation))


def problem_faults(answer: Answer, body: Any) -> Iterator[str]:
    """Errors of a problem response besides its schema."""
    if body["status"] != answer.status:
        yield f"{answer.status} says {body['status']}"
    if body.get("code") not in CODES.get(answer.status, ()):
        yield f"{answer.status} has the code {body.get('code')}"
    if body["instance"] != f"urn:request:{answer.headers.get('x-request-id')}":
        yield "the instance is another request"
    if answer.status == 422 and not body.get("errors"):
        yield f"a gap in validation: {body['detail']}"


def _read(schema: Schema, text: str) -> Any:
    """The value of a text of this type. Raises ValueError if there is none."""
    kinds = schema.get("type")
    kind = next(k for k in (kinds if isinstance(kinds, list) else [kinds]) if k != "null")
    if kind == "array":
        return [_read(schema["items"], part) for part in text.split(",")] if text else []
    if kind == "boolean":
        return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse()
    if kind == "integer":
        return int(text) if _INTEGER.fullmatch(text) and len(text) < 4000 else _refuse()
    if kind == "number":
        number = float(text) if _NUMBER.fullmatch(text) else _refuse()
        return number if abs(number) != float("inf") else _refuse()
    return text


def _refuse() -> Any:
    raise ValueError


def parsed(content: bytes) -> Any:
    """Parse unambiguous JSON. Raises ValueError for other JSON."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict(pairs) if len({name for name, _ in pairs}) == len(pairs) else _refuse()

    def finite(text: str) -> float:
        number = float(text)
        is_lost = number == 0 and Decimal(text) != 0
        return _refuse() if is_lost or abs(number) == float("inf") else number

    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=unique,
            parse_constant=lambda _: _refuse(),
            parse_float=finite,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("too deep") from None
    if _depth(value) > 32:
        raise ValueError("too deep")
    return value


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def beyond(value: Any) -> bool:
    """Whether PostgreSQL or Python cannot store a text exactly, so that it may be rejected.

    It has U+0000, or is a moment of RFC 3339 with parts of a microsecond, or a year before 1 or after 9999.
    """
    if isinstance(value, str) and "\0" in value:
        return True
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return isinstance(value, str) and value.startswith("0000-")
    day, _, fraction, *_ = found.groups()
    edge = day is not None and day[:4] in ("0000", "0001", "9999")
    return edge or len((fraction or "").rstrip("0")) > _MICROSECONDS


def same(schema: Schema, sent: Any, back: Any) -> bool:
    """Whether a returned value equals the sent one."""
    form = schema.get("format")
    if type(sent) is not str or type(back) is not str:
        return _equal(sent, back)
    meaning = _MEANINGS.get(str(form))
    return bool(meaning(sent) == meaning(back)) if meaning else sent == back


def _moment(text: str) -> dt.datetime:
    """A moment of RFC 3339; a leap second is the second after it."""
    if text[17:19] != "60":
        return dt.datetime.fromisoformat(text.upper())
    return dt.datetime.fromisoformat(f"{text[:17]}59{text[19:]}".upper()) + dt.timedelta(seconds=1)


def _time(text: str) -> tuple[dt.time, dt.timedelta]:
    """A time of day in UTC, and its offset, if that is less than 16 hours."""
    moment = _moment(f"2000-01-02T{text}")
    offset = moment.utcoffset() or dt.timedelta()
    return moment.astimezone(dt.UTC).time(), offset if abs(offset) < _FURTHEST else dt.timedelta()


_MEANINGS: Mapping[str, Callable[[str], object]] = {
    "uuid": str.lower,
    "date-time": _moment,
    "time": _time,
    "decimal": Decimal,
    "byte": base64.b64decode,
}


def _equal(one: Any, other: Any) -> bool:
    """Equality in JSON: 1 equals 1.0, but not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
