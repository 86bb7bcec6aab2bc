"""Rules about who may ask."""

from collections.abc import Iterator

from freehold.contract import Document, Node
from freehold.problems import Problem
from freehold.tables import owner, resources
from freehold.vocabulary import operations


def tokens(document: Document) -> Iterator[Problem]:
    """Every operation on owned rows asks who is asking; one for anybody says so twice."""
    known = resources(document)
    for operation in operations(document):
        said = operation.node.get("security") or operation.node
        place = f"{operation.method.upper()} {operation.path}"
        resource = known.get(operation.resource or "")
        if operation.secured and operation.public:
            marked = operation.node.get("x-public") or operation.node
            yield marked.problem(
                f"{place} is public, and asks for a token", "Add `security: []`, or remove it."
            )
        if operation.secured:
            continue
        if resource is None or owner(resource) is not None:
            fix = "Say `security: [{bearerAuth: []}]` at the root, for all operations, or here."
            yield said.problem(f"{place} works on rows that have owners, and asks for no token", fix)
        elif not operation.public:
            fix = "If anybody may do it, add `x-public: true`; if not, `security: [{bearerAuth: []}]`."
            yield said.problem(f"{place} asks for no token", fix)


def shared(document: Document) -> Iterator[Problem]:
    """Who changes rows that all users share has been allowed to: a scope says so."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is None or owner(resource) is not None or operation.method in ("get", "head"):
            continue
        if not operation.scopes():
            fix = 'Ask for a scope: `security: [{bearerAuth: ["things:write"]}]`.'
            yield operation.node.problem(f"any user could change the shared rows of {resource.name}", fix)


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
