"""A list of parameters has each parameter once. An operation may override one of its path."""

from itertools import combinations, product

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import Load

_CONTRACT = """\
openapi: 3.1.0
info: {title: Stars, version: 1.0.0}
x-problems: standard
security: [{bearerAuth: []}]
paths:
  /stars/{id}:
    parameters: [%s]
    get:
      operationId: stars
      x-operation: custom
      parameters: [%s]
      responses: {"204": {description: Done.}}
components:
  securitySchemes: {bearerAuth: {type: http, scheme: bearer}}
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
    Name: {name: name, in: query, schema: {type: string}}
    Long: {name: name, in: query, schema: {type: string, maxLength: 9}}
    Trace: {name: X-Name, in: header, schema: {type: string}}
    Cookie: {name: name, in: cookie, schema: {type: string}}
"""
_ID = '{$ref: "#/components/parameters/Id"}'
_DECLARED = {
    "query": '{$ref: "#/components/parameters/Name"}',
    "query, too": "{name: name, in: query, schema: {type: string}}",
    "longer query": '{$ref: "#/components/parameters/Long"}',
    "header": '{$ref: "#/components/parameters/Trace"}',
    "lowercase header": "{name: x-name, in: header, schema: {type: string, maxLength: 5}}",
    "query in uppercase": "{name: NAME, in: query, schema: {type: string}}",
}
_SAME = {
    frozenset(("query", "longer query")),
    frozenset(("query, too", "longer query")),
    frozenset(("header", "lowercase header")),
}
_EQUAL = frozenset(("query", "query, too"))
_PLACES = ("path", "operation")


def contract(path: list[str], operation: list[str]) -> str:
    return _CONTRACT % (", ".join([_ID, *path]), ", ".join(operation))


@pytest.mark.parametrize(("place", "pair"), [*product(_PLACES, combinations(_DECLARED, 2))])
def test_two_that_differ_are_refused_where_the_second_one_stands(
    load: Load, place: str, pair: tuple[str, str]
) -> None:
    texts = [_DECLARED[name] for name in pair]
    text = contract(texts, []) if place == "path" else contract([], texts)

    document = load(text)

    found = registry.problems_of("FH314", document)
    assert len(found) == (frozenset(pair) in _SAME)
    assert all(text.splitlines()[p.line - 1][p.column - 1 :].startswith(texts[1]) for p in found)


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("name", _DECLARED)
@pytest.mark.parametrize("times", [2, 3])
def test_what_is_declared_twice_in_the_same_words_is_served_once(
    load: Load, place: str, name: str, times: int
) -> None:
    other = "{name: last, in: query, schema: {type: 7}}"
    texts = [_DECLARED[name], *[_DECLARED[name]] * (times - 1), other]
    text = contract(texts, []) if place == "path" else contract([], texts)

    document = load(text)

    assert registry.problems_of("FH314", document) == []
    assert [note.code for note in document.notes if "is declared twice" in note.message] == ["FH908"] * (
        times - 1
    )
    (operation,) = operations(document)
    assert len(operation.parameters()) == 3
    (type_problem,) = registry.problems_of("FH202", document)
    assert text.splitlines()[type_problem.line - 1][type_problem.column - 1 :].startswith("7}}")


@pytest.mark.parametrize("pair", list(combinations(_DECLARED, 2)))
def test_an_operation_may_override_a_parameter_of_its_path(load: Load, pair: tuple[str, str]) -> None:
    document = load(contract([_DECLARED[pair[0]]], [_DECLARED[pair[1]]]))

    assert registry.problems_of("FH314", document) == []
    (operation,) = operations(document)
    is_same = frozenset(pair) in _SAME | {_EQUAL}
    assert len(operation.parameters()) == 3 - is_same
