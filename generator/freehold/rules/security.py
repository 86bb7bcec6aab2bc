"""Rules about who may ask."""

from collections.abc import Iterator

from freehold.contract import Document, Node
from freehold.problems import Problem
from freehold.vocabulary import operations


def tokens(document: Document) -> Iterator[Problem]:
    """Every operation on owned rows asks who is asking."""
    for operation in operations(document):
        if not operation.secured:
            said = operation.node.get("security") or operation.node
            place = f"{operation.method.upper()} {operation.path}"
            fix = "Say `security: [{bearerAuth: []}]` at the root, for all operations, or here."
            yield said.problem(f"{place} works on rows that have owners, and asks for no token", fix)


def schemes(document: Document) -> Iterator[Problem]:
    """A token is a bearer token; what is asked for is there."""
    known = dict(_schemes(document))
    for name, scheme in known.items():
        if (scheme.plain("type"), scheme.plain("scheme")) != ("http", "bearer"):
            what = f"the security scheme {name} is not a bearer token"
            yield scheme.problem(what, "Write `type: http` and `scheme: bearer`.")
    for name, scopes in _asked(document):
        if name not in known:
            there = ", ".join(known) or "none so far"
            yield scopes.problem(f"there is no security scheme {name}", f"Security schemes: {there}.")


def _schemes(document: Document) -> Iterator[tuple[str, Node]]:
    found = document.top.path("components", "securitySchemes")
    yield from found.items() if found else ()


def _asked(document: Document) -> Iterator[tuple[str, Node]]:
    """Each scheme that an operation, or the contract for all of them, asks for."""
    for place in (document.top, *(operation.node for operation in operations(document))):
        said = place.get("security")
        for requirement in said.elements() if said else ():
            yield from requirement.items()
