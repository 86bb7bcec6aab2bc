"""Leaves out the ways to sign in beside bearer tokens: basic authentication, API keys, certificates."""

from collections.abc import Iterator, Mapping

from freehold.contract.operations.contract_operation import METHODS
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_FIX = "Remove it. The service accepts bearer tokens."


def is_bearer(scheme: Node) -> bool:
    """Whether a security scheme means bearer tokens (RFC 6750), however a client gets one."""
    kind = scheme.get_value("type")
    if kind == "http":
        return str(scheme.get_value("scheme")).lower() == "bearer"
    return kind in ("oauth2", "openIdConnect")


def keep_bearer_tokens(document: Document) -> Document:
    """Return the contract without the schemes that can be used instead of a bearer token."""
    schemes = document.root_node.get_path("components", "securitySchemes")
    known = dict(schemes.items()) if schemes else {}
    others = {name: scheme for name, scheme in known.items() if not is_bearer(scheme)}
    notes: list[Problem] = []
    for declared in requirements(document):
        notes += _without_others(declared, others)
    used = {name for found in requirements(document) for way in found.elements() for name, _ in way.items()}
    for name, scheme in others.items() if len(others) < len(known) else ():
        if schemes is not None and name not in used:
            notes.append(scheme.problem(f"the security scheme {name} is not accepted", _FIX, _CODE))
            del schemes.value[name]
    return document.with_notes(notes).with_root(document.root) if notes else document


def requirements(document: Document) -> Iterator[Node]:
    """Yield the security requirements of the root and of each operation."""
    paths = document.root_node.get("paths")
    items = [item for _, item in paths.items()] if paths else []
    operations = [node for item in items for method, node in item.items() if method in METHODS]
    for place in (document.root_node, *operations):
        declared = place.get("security")
        if declared is not None and isinstance(declared.value, list):
            yield declared


def _without_others(declared: Node, others: Mapping[str, Node]) -> Iterator[Problem]:
    """Leave out the alternatives that are no bearer token, if there is one that is."""
    ways = [way for way in declared.elements() if isinstance(way.value, Mapping)]
    if not any(way.value and not way.value.keys() & others.keys() for way in ways):
        return
    kept = []
    for way in ways:
        if way.value.keys() & others.keys():
            names = " and ".join(way.value)
            yield way.problem(f"{names} cannot be used instead of a bearer token", _FIX, _CODE)
        else:
            kept.append(way.value)
    declared.value[:] = kept
