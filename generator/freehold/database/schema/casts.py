"""Decides how the values of a column become values of another type, or that a person must decide it."""

import re
from dataclasses import dataclass

_TEXT = frozenset({"text", "character varying", "character"})
_JSON = frozenset({"jsonb", "json"})
_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_NUMBERS = _INTEGERS | {"numeric", "double precision", "real"}
_MOMENT = "timestamp with time zone"
_READ_FROM_TEXT = _NUMBERS | {"boolean", "uuid", "date", _MOMENT, "time with time zone"}
_MODIFIERS = re.compile(r"\(([\d, ]+)\)")
_ROUNDING = frozenset({"numeric", "timestamp", _MOMENT, "time", "time with time zone"})
_NO_MODIFIERS = 1_000_000  # digits: more than any modifier has
_JSON_ELEMENTS = (
    "CREATE OR REPLACE FUNCTION pg_temp.json_elements(jsonb) RETURNS text[] IMMUTABLE LANGUAGE sql"
    " RETURN ARRAY(SELECT jsonb_array_elements_text($1))"
)
_ISO_DATE = "'YYYY-MM-DD'"
_ISO_MOMENT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""


@dataclass(frozen=True)
class Cast:
    """How ALTER COLUMN ... TYPE converts the values."""

    using: str | None = None
    """The expression of USING; None where PostgreSQL needs none."""
    loss: str | None = None
    """Why a person must decide: values are rounded, or have no equivalent. None if the cast is exact.

    An exact conversion of a value that the new type cannot hold is an error of PostgreSQL.
    """
    helper: str | None = None
    """A statement that creates a function of `using`."""


def find_cast(old: str, new: str, column: str) -> Cast:
    """Return how values of `old` become values of `new`, two types as format_type prints them.

    `column` is the column in SQL. The `using` of a cast with a loss is what comes closest, if anything does.
    """
    if old.endswith("[]") or new.endswith("[]"):
        return _cast_array(old, new, column)
    source, target = _base(old), _base(new)
    if source == target:
        rounds = source in _ROUNDING and _digits(new) < _digits(old)
        return Cast(loss="values are rounded" if rounds else None)
    if source in _JSON or target in _JSON:
        return _cast_json(source, target, new, column)
    if target in _TEXT:
        return Cast(_as_text(source, column))
    return _read_text(target, new, column) if source in _TEXT else _cast_other(source, target, new, column)


def have_same_kind(one: str, other: str) -> bool:
    """Whether two types differ in nothing but their modifiers, or are both texts."""
    return _base(one) == _base(other) or {_base(one), _base(other)} <= _TEXT


def rewrites_rows(old: str, new: str) -> bool:
    """Whether PostgreSQL rewrites a table when a column changes its type so."""
    source, target = _base(old), _base(new)
    if source == "character varying" and target in _TEXT - {"character"}:
        return _digits(new) < _digits(old)
    return not (source == target == "numeric" and _MODIFIERS.search(new) is None)


def _as_text(source: str, column: str) -> str | None:
    """Return the text that the service has for a value in JSON, where it is not what PostgreSQL prints."""
    if source == "date":
        return f"to_char({column}, {_ISO_DATE})"
    if source == _MOMENT:
        return f"to_char({column} AT TIME ZONE 'UTC', {_ISO_MOMENT})"
    return f"translate(encode({column}, 'base64'), chr(10), '')" if source == "bytea" else None


def _cast_json(source: str, target: str, new: str, column: str) -> Cast:
    if target not in _JSON:
        return Cast(f"({column} #>> '{{}}')::{new}", "only some JSON values have an equivalent")
    if source in _JSON:
        return Cast(f"{column}::{target}")
    exact = source in _INTEGERS | {"double precision", "boolean"} | _TEXT
    return Cast(f"to_{target}({column if exact else _as_text(source, column) or f'{column}::text'})")


def _read_text(target: str, new: str, column: str) -> Cast:
    if target == "bytea":
        return Cast(f"decode({column}, 'base64')")
    if target not in _READ_FROM_TEXT:
        return Cast(f"{column}::{new}", "only some texts have an equivalent")
    rounds = target in _ROUNDING and _MODIFIERS.search(new)
    return Cast(f"{column}::{new}", "values are rounded" if rounds else None)


def _cast_other(source: str, target: str, new: str, column: str) -> Cast:
    if source in _NUMBERS and target in _NUMBERS:
        return _cast_number(source, target, new, column)
    if source == "boolean" and target in _INTEGERS:
        return Cast(f"{column}::integer::{new}")
    if source in _INTEGERS and target == "boolean":
        return Cast(f"{column} <> 0", "all numbers besides 0 become true")
    using, loss = _MOMENTS.get((source, target), (None, "PostgreSQL has no such cast"))
    return Cast(using.format(column=column) if using else None, loss)


def _cast_number(source: str, target: str, new: str, column: str) -> Cast:
    if source in _INTEGERS and target in _INTEGERS | {"numeric"}:
        return Cast()
    if target == "double precision" and source in {"smallint", "integer", "real"}:
        return Cast()
    if target == "numeric" and not _MODIFIERS.search(new):
        return Cast(f"{column}::text::{new}")  # the shortest decimal number that is read back as the value
    return Cast(f"{column}::{new}", "values are rounded")


_MOMENTS: dict[tuple[str, str], tuple[str, str | None]] = {
    ("date", _MOMENT): ("{column}::timestamp AT TIME ZONE 'UTC'", None),
    (_MOMENT, "date"): ("({column} AT TIME ZONE 'UTC')::date", "the time is lost"),
    (_MOMENT, "time with time zone"): ("{column}::timetz", "the date is lost"),
}


def _cast_array(old: str, new: str, column: str) -> Cast:
    source, target = old.removesuffix("[]"), new.removesuffix("[]")
    if new in _JSON:
        return Cast(f"to_{new}({column})", "the elements are converted" if source == "bytea" else None)
    if old in _JSON:
        elements = f"pg_temp.json_elements({column}::jsonb)::{new}"
        return Cast(elements, "only arrays have an equivalent", _JSON_ELEMENTS)
    if not new.endswith("[]"):
        element = find_cast(source, target, f"{column}[1]")
        return Cast(element.using or f"{column}[1]", "only the first element is kept")
    element = find_cast(source, target, column)
    if not old.endswith("[]"):
        array = f"CASE WHEN {column} IS NOT NULL THEN ARRAY[{element.using or column}] END"
        return Cast(array, element.loss)
    if element.using in (None, f"{column}::{target}"):
        return Cast(element.using and f"{column}::{new}", element.loss)
    return Cast(f"{column}::{new}", element.loss or "the elements are converted")


def _base(type_: str) -> str:
    return _MODIFIERS.sub("", type_)


def _digits(type_: str) -> int:
    """Return how many digits after the point a type keeps."""
    found = _MODIFIERS.search(type_)
    if found is None:
        return _NO_MODIFIERS
    return int(found[1].split(",")[-1]) if "," in found[1] or _base(type_) != "numeric" else 0
