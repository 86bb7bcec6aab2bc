"""The served document accepts the requests that the contract accepts, and shows the answers that it shows."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any

from freehold.contract.operations.inference import operations
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.validation.faults import find_faults
from freehold.contract.validation.operation_schemas import OperationSchemas, operation_schemas
from freehold.contract.validation.validators import ContractSchemas, reference_target
from freehold.publishing.served_document import build_served_document
from tests.publishing.documents import effective, every_contract
from tests.support.thoroughness import count
from tests.values import random_values

_REMARK_TOPIC = re.compile(r"^(/\d+|/remark|/post/remarks/\d+|.*/remarks/\d+)/topicId$")
_PAYMENT = re.compile("/cards?(/[0-9]+)?$")
"""Of `drf`: a card that no answer shows the cvc of."""
_VALUES = count("MEANING", short=40, long=200)
_DEEPEST = 5
_HALF_PAIR = re.compile(r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")
"""Half of a surrogate pair in JSON, which is in no text."""


@cache
def judges(name: str) -> tuple[ContractSchemas, ContractSchemas]:
    """The schemas of the contract and those of the served document."""
    contract = effective(name)
    return ContractSchemas(contract.root), ContractSchemas(build_served_document(contract).root)


def schemas_of_operations(name: str) -> Iterator[tuple[str, OperationSchemas, OperationSchemas]]:
    written, served = judges(name)
    for operation in operations(effective(name)):
        found = [
            operation_schemas(schemas, operation.path, operation.method) for schemas in (written, served)
        ]
        assert found[0] is not None
        assert found[1] is not None
        yield operation.id, found[0], found[1]


def requests(schemas: OperationSchemas) -> dict[str, str]:
    """The pointers of what a client sends, by a name for each."""
    parameters = {f"{p.place} {p.name}": p.pointer for p in schemas.parameters}
    return parameters | ({"body": next(iter(schemas.body.values()))} if schemas.body else {})


def answers(schemas: OperationSchemas) -> dict[str, str]:
    return {
        f"{status} {kind}": pointer
        for status, answer in schemas.answers.items()
        for kind, pointer in answer.content.items()
        if pointer is not None and status.startswith("2")
    }


def expanded(schemas: ContractSchemas, schema: Any, depth: int = 0) -> Any:
    """A schema without references, to some depth, from which values are made."""
    if isinstance(schema, list):
        return [expanded(schemas, part, depth) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        target = schemas.at(reference_target(schema)) if depth < _DEEPEST else {}
        return expanded(schemas, target, depth + 1)
    return {word: expanded(schemas, part, depth) for word, part in schema.items()}


def values(schemas: ContractSchemas, pointer: str, random: Random) -> Iterator[Any]:
    for value in random_values.values(random, expanded(schemas, schemas.at(pointer)), _VALUES):
        if not _HALF_PAIR.search(json.dumps(value, default=str)):
            yield value


def accepts(schemas: ContractSchemas, pointer: str, value: Any) -> bool:
    return bool(schemas.validator(pointer).is_valid(value))


def is_tag_of_put(name: str, operation: str, place: str) -> bool:
    """Whether it is the `If-None-Match` of a PUT that creates, which evaluates `*` alone."""
    creating = {o.id for o in operations(effective(name)) if creates_row(o)}
    return place.lower() == "header if-none-match" and operation in creating


@every_contract
def test_the_same_requests_are_accepted(name: str) -> None:
    written, served = judges(name)
    random, accepted = Random(name), 0
    for operation, before, after in schemas_of_operations(name):
        assert requests(before).keys() == requests(after).keys()
        for place, pointer in requests(before).items():
            other, is_tag = requests(after)[place], is_tag_of_put(name, operation, place)
            for value in [*values(written, pointer, random), *values(served, other, random)]:
                judged = accepts(written, pointer, value) and (value == "*" or not is_tag)
                assert accepts(served, other, value) == judged, f"{operation} {place}: {value!r}"
                accepted += judged
    assert accepted > _VALUES


@every_contract
def test_an_answer_promises_at_least_what_the_contract_does(name: str) -> None:
    """What is more: properties are required, there are no writeOnly ones, or a total is capped."""
    written, served = judges(name)
    random, accepted = Random(name), 0
    for operation, before, after in schemas_of_operations(name):
        for place, pointer in answers(before).items():
            other = answers(after)[place]
            for value in [*values(written, pointer, random), *values(served, other, random)]:
                shown = accepts(served, other, value)
                accepted += shown
                if shown and not accepts(written, pointer, value):
                    faults = find_faults(written, pointer, value)
                    assert _only_lacks_write_only(faults), f"{operation} {place}: {value!r}"
                if not shown and accepts(written, pointer, value) and "'cvc'" not in str(value):
                    more = {(f["code"], f["pointer"]) for f in find_faults(served, other, value)}
                    codes = {code for code, _ in more - {("maximum", "/total")}}
                    assert codes <= {"required"}, f"{operation} {place}: {value!r}"
    assert accepted > 0


def _only_lacks_write_only(faults: Any) -> bool:
    return all(
        (fault["code"] == "required" and fault["pointer"].endswith(("/pin", "/secretNote")))
        or _REMARK_TOPIC.search(fault["pointer"])
        or (fault["code"] == "oneOf" and _PAYMENT.search(fault["pointer"]))
        for fault in faults
    )
