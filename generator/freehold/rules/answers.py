"""Rules about answers: what is declared is what can be answered."""

import re
from collections.abc import Iterator

from freehold.contract.operations import BODY_SUFFIXES, operations
from freehold.contract.resources import resources, schemas
from freehold.ground.problems import Problem
from freehold.reading.document import Document

_JSON = "application/json"
_EMPTY = ("204", "205")  # RFC 9110, 15.3.5 and 15.3.6
_PROBLEM = "/components/schemas/Problem"


def media_types(document: Document) -> Iterator[Problem]:
    """What worked is answered in JSON, and a status that has no content has none."""
    for operation in operations(document):
        success = operation.success_response()
        content = success[1].get("content") if success else None
        if success is None or content is None or not content.value:
            continue
        if success[0] in _EMPTY:
            fix = 'Remove `content`, or answer "200" with it.'
            yield content.problem(f"an answer of {success[0]} has no content", fix)
            continue
        for media_type, media in content.items():
            if media_type != _JSON:
                what = f"{operation.id} cannot answer {media_type}: answers are JSON"
                yield media.problem(what, f"Write {_JSON}.")


def failures(document: Document) -> Iterator[Problem]:
    """`Problem` is what failures are, and nothing else is called so."""
    for operation in operations(document):
        for schema in (operation.body_schema(), operation.response_schema()):
            if schema is not None and schema.pointer == _PROBLEM:
                what = f"{operation.id} cannot take or answer Problem, which is what failures are"
                yield schema.problem(what, "Rename the schema.")


def located(document: Document) -> Iterator[Problem]:
    """`Location` leads to a row that can be read."""
    found = operations(document)
    for operation in found:
        success = operation.success_response()
        header = success[1].get_path("headers", "Location") if success else None
        there = re.compile(re.escape(operation.path.rstrip("/")) + r"/\{[^{}]*\}")
        readable = any(other.method == "get" and there.fullmatch(other.path) for other in found)
        if header is not None and operation.kind == "create" and not readable:
            fix = f"Add a GET of {operation.path}/{{id}}, or remove the header."
            yield header.problem(f"the Location that {operation.id} answers leads nowhere", fix)


def single(document: Document) -> Iterator[Problem]:
    """An operation has one way to say that it worked."""
    for operation in operations(document):
        responses = operation.node.get("responses")
        fine = (
            [(status, node) for status, node in responses.items() if status.startswith("2")]
            if responses
            else []
        )
        for status, response in fine[1:]:
            fix = "Keep one of the two: the status that is declared is the one that is answered."
            yield response.problem(f"{operation.id} answers {fine[0][0]}, and never {status}", fix)


def bodies(document: Document) -> Iterator[Problem]:
    """A body has one schema, whatever its media type; the tool's own names for bodies are free."""
    known, named = resources(document), dict(schemas(document))
    for operation in operations(document):
        body, content = operation.body_schema(), operation.node.get_path("requestBody", "content")
        for _, media in content.items() if content else ():
            schema = media.get("schema")
            if body and schema and schema.pointer != body.pointer:
                yield schema.problem(
                    f"the body of {operation.id} has another schema in another media type", "Use one schema."
                )
        name = (
            f"{body.name}{BODY_SUFFIXES[operation.kind]}" if body and operation.kind in BODY_SUFFIXES else ""
        )
        if body and body.name in known and name in named:
            fix = f"Let the body refer to {name}, or rename that schema."
            what = f"the body of {operation.id} is {body.name}: what may be sent of it would be called {name}"
            yield operation.node.problem(what, fix)
