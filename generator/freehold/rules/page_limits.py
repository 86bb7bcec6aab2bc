"""Limits of the properties of a page: each takes all values that the service fills in."""

from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema_rs import ReferencingError

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.page_samples import MANY, page_samples
from freehold.contract.rows.column_types import accepts, contract_schemas, without_null
from freehold.ground.problems import Problem
from freehold.reading.document import Node

_LOWER = {"minimum": 0, "exclusiveMinimum": 1}
_UPPER = ("maximum", "exclusiveMaximum")
_WORDS = (*_LOWER, *_UPPER, "multipleOf", "enum", "const", "minLength", "maxLength", "pattern", "format")
_SHOWN = 40  # characters of a text


def unheld_limits(operation: ContractOperation, prop: Node, role: str, name: str) -> Iterator[Problem]:
    """Yield the keywords of a property of a page that do not take each value of its role."""
    samples = page_samples(operation, role)
    refused = [sample for sample in samples if not accepts(prop, sample)]
    if not refused:
        return
    schema, found = without_null(prop), False
    for word in _WORDS:
        unfit = [sample for sample in refused if not _takes(schema, word, sample)]
        if unfit:
            found = True
            part = schema.get(word) or schema
            what = f"can be {_shown(unfit[0])}, which its {word} does not allow"
            what = f"can be larger than its {word}, {part.value}" if word in _UPPER else what
            yield part.problem(f"{name} {what}", _fix(part, word, samples))
    if not found:
        yield prop.problem(
            f"{name} can be {_shown(refused[0])}, which its schema does not allow", "Remove its limits."
        )


def unheld_sizes(operation: ContractOperation, rows: Node, name: str) -> Iterator[Problem]:
    """Yield the limits of the array of a list's rows that not each page keeps: one can have no rows."""
    rows = without_null(rows)
    least, most = rows.get("minItems"), rows.get("maxItems")
    if least is not None and least.value > 0:
        yield least.problem(f"{name} can be empty, which its minItems does not allow", "Use `minItems: 0`.")
    largest = max(page_samples(operation, "size"))
    if most is not None and most.value < largest:
        fix = f"Use `maxItems: {largest}`, or a smaller largest page: the `maximum` of the size, or `x-max`."
        yield most.problem(f"{name} can have {largest} rows, which its maxItems does not allow", fix)


def _takes(schema: Node, word: str, sample: Any) -> bool:
    """Whether a keyword alone accepts a value. In OpenAPI 3.0, `exclusiveMinimum` is a part of `minimum`."""
    limit, exclusive = schema.get_value(word), f"exclusive{word.capitalize()}"
    if limit is None or (isinstance(limit, bool) and "xclusive" in word):
        return True
    key = exclusive if schema.get_value(exclusive) is True else word
    try:
        return contract_schemas(schema.document).compile({key: limit}).is_valid(sample)
    except (LookupError, ValueError, ReferencingError):
        return True  # another rule refuses it


def _shown(sample: Any) -> str:
    text = str(sample).lower() if isinstance(sample, bool) else str(sample)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"


def _fix(part: Node, word: str, samples: Sequence[Any]) -> str:
    if word in _LOWER and not _is_exclusive(part):
        return f"Use `{word}: {min(samples) - _LOWER[word]}` or less."
    if word == "maximum" and max(samples) < MANY and not _is_exclusive(part):
        return f"Remove it, or use `maximum: {max(samples)}` or more."
    return "Remove it."


def _is_exclusive(part: Node) -> bool:
    """Whether OpenAPI 3.0 excludes the limit itself by a keyword beside it."""
    around = part.document.node_at(part.pointer.rpartition("/")[0])
    return around is not None and around.get_value(f"exclusive{part.name.capitalize()}") is True
