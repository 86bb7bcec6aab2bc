"""Rules about headers: each one that is declared does something."""

from collections.abc import Iterator

from freehold.contract import Document, Node
from freehold.problems import Problem
from freehold.tables import HIDDEN_VERSION, owner, properties, resources
from freehold.vocabulary import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, operations

_KINDS = {
    IF_MATCH: ("update", "replace", "delete", "custom"),
    IF_NONE_MATCH: ("get",),
    IDEMPOTENCY_KEY: ("create", "custom"),
}
_TAGGED = ("create", "get", "update", "replace", "custom")


def sent(document: Document) -> Iterator[Problem]:
    """A request header is If-Match, If-None-Match or Idempotency-Key, on an operation that looks at it."""
    known = resources(document)
    for operation in operations(document):
        for parameter in operation.parameters():
            if parameter.plain("in") != "header":
                continue
            name = str(parameter.plain("name"))
            kinds = _KINDS.get(name.lower())
            if kinds is None:
                fix = "Headers that do something: If-Match, If-None-Match, Idempotency-Key."
                yield parameter.problem(f"nothing looks at the header {name}", fix)
            elif operation.kind not in kinds:
                yield parameter.problem(
                    f"{name} does nothing on a {operation.kind}", f"It is for {', '.join(kinds)}."
                )
            elif (parameter.get("schema") or parameter).plain("type") != "string":
                yield parameter.problem(f"the header {name} is a text", "Write `schema: {type: string}`.")
        yield from _repeated(operation, known.get(operation.resource or ""))


def answered(document: Document) -> Iterator[Problem]:
    """A header of an answer is one that the service sets."""
    for operation in operations(document):
        success = operation.success()
        headers = success[1].get("headers") if success else None
        for name, header in headers.items() if headers else ():
            answer = operation.answer()
            shows = answer is not None and answer.name == operation.resource
            if name == "Location" and operation.kind == "create":
                continue
            if name == "ETag" and operation.kind in _TAGGED and shows:
                continue
            yield header.problem(f"nothing sets the header {name} of this answer", "Remove it.")
        if operation.header(IF_NONE_MATCH) and not operation.tagged:
            fix = "Declare the header ETag of its answer: it is what If-None-Match is compared with."
            yield operation.node.problem(f"{operation.id} looks at If-None-Match and serves no ETag", fix)


def versions(document: Document) -> Iterator[Problem]:
    """The hidden column that counts changes keeps its name."""
    for name, schema in resources(document).items():
        prop = properties(schema).get(HIDDEN_VERSION)
        if prop and prop.plain("x-generated") != "version":
            fix = "Rename it, or let it be the version: `x-generated: version`, readOnly."
            yield prop.problem(f"{HIDDEN_VERSION} of {name} is what entity tags are made of", fix)


def _repeated(operation: Operation, resource: Node | None) -> Iterator[Problem]:
    key = operation.header(IDEMPOTENCY_KEY)
    if key is None or resource is None:
        return
    if operation.method != "post":
        yield key.problem(
            "Idempotency-Key is for POST: the other methods may be repeated anyway", "Remove it."
        )
    if owner(resource) is None:
        fix = "Remove it: nobody's requests can be told from another's."
        yield key.problem(f"{resource.name} has no owner, and a key belongs to one", fix)
