"""What a contract of other tools lacks and can get without a decision: resources, security, names.

Each addition is a small edit of the text. What an edit makes of a contract never says less about security: no
operation becomes public, and no requirement is removed.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import mappings_with
from freehold.contract.normalizing.security import is_bearer, requirements
from freehold.contract.normalizing.steps import normalize
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import fresh_name
from freehold.contract.rows.collection_paths import parameters_of
from freehold.ground.naming import is_valid_operation_name, snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node, copy_value
from freehold.rules.foreign_patterns import ecma_pattern
from freehold.workbench.importing import operation_names
from freehold.workbench.importing.additions import (
    AUTHENTICATION,
    ERROR_RESPONSES,
    OPERATION_IDS,
    PARAMETERS,
    SCHEMAS,
    Addition,
)
from freehold.workbench.importing.custom_operations import custom_operations
from freehold.workbench.importing.edits import Edit, Filling, Insertion, Removal
from freehold.workbench.importing.other_version import words_of_other_version
from freehold.workbench.importing.repair import Repaired
from freehold.workbench.importing.resource_properties import search_additions
from freehold.workbench.importing.resources.resource_inference import declares_resources, missing_resources

_BEARER_SCHEME = {"type": "http", "scheme": "bearer"}
_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+")  # OpenAPI 3.1, Components Object
_OTHER_SCHEMES = "the service accepts bearer tokens, and none of the others"
_WITHOUT = "no token was required"
_PUBLIC_NOTE = "Write `x-public: true` and `security: []` instead if everybody may call it."


def additions(repaired: Repaired) -> list[Addition]:
    """Return what a contract lacks."""
    return _complete(repaired)[0]


def complete(repaired: Repaired) -> tuple[list[Addition], Document]:
    """Return what a contract lacks, and the normal form of a copy that has it."""
    found, root = _complete(repaired)
    return found, normalize(repaired.document.with_root(root))


def _complete(repaired: Repaired) -> tuple[list[Addition], Any]:
    """Return what a contract lacks, and a root that has it.

    Operations that cannot be generated are left to people only where no resource is written: then nobody
    has decided about them.
    """
    document = repaired.document
    has_resources = declares_resources(document) or any("/x-resource" in part for part in repaired.removed)
    left_out: dict[str, Problem] = {}
    reasons: dict[str, Problem] = {}
    while True:
        found, root = _without_decisions(document, left_out)
        if has_resources:
            break
        people = custom_operations(document.with_root(root), reasons)
        if not people.faulty.keys() - left_out.keys():
            found += people.additions
            for addition in people.additions:
                addition.edit.apply(root)
            break
        left_out |= people.faulty
        reasons |= people.reasons
    return found, root


def _without_decisions(document: Document, left_out: Collection[str]) -> tuple[list[Addition], Any]:
    """Return what nobody has to decide, and a root that has it. `left_out` are no resources."""
    found: list[Addition] = []
    root = copy_value(document.root)
    for step in (
        _path_parameters,
        _open_bodies,
        partial(missing_resources, left_out=left_out),
        search_additions,
        _undeclared_schemes,
        _missing_security,
        _missing_problems,
        _missing_names,
        _foreign_patterns,
        words_of_other_version,
    ):
        for addition in list(step(document.with_root(root))):
            found.append(addition)
            addition.edit.apply(root)
    return found, root


def _missing_security(document: Document) -> Iterator[Addition]:
    """A bearer scheme if there is none, and a requirement of it where an operation has none."""
    top = document.root_node
    declared = top.get_path("components", "securitySchemes")
    schemes = dict(declared.items()) if declared else {}
    name = next((name for name, scheme in schemes.items() if is_bearer(scheme)), None)
    if name is None:
        name = fresh_name(schemes, "bearerAuth")
        what = (
            "no security scheme is a bearer token" if schemes else "the contract does not say what a token is"
        )
        yield from _bearer_schemes(top, {name: (top.get("components") or top, what)})
    yield from _alternatives(
        document, name, {known for known, scheme in schemes.items() if is_bearer(scheme)}
    )
    requirement: list[dict[str, list[str]]] = [{name: []}]
    if "security" not in top.value and not any("security" in o.node.value for o in operations(document)):
        edit = Edit("/security", requirement, before="paths")
        yield Addition(AUTHENTICATION, edit, top.get("paths") or top, "no operation asks for a token")
        return
    for operation in operations(document):
        own = operation.node.get("security") or top.get("security")
        if not operation.is_public and (own is None or own.value == []):
            edit = Edit(f"{operation.node.pointer}/security", requirement)
            what = f"{_label(operation)} asks for no token, and is not marked as public"
            yield Addition(AUTHENTICATION, edit, operation.node, what, _PUBLIC_NOTE)


def _undeclared_schemes(document: Document) -> Iterator[Addition]:
    """A bearer scheme for each name that stands alone in a requirement and is not declared."""
    top = document.root_node
    declared = top.get_path("components", "securitySchemes")
    known = {name for name, _ in declared.items()} if declared else set()
    missing: dict[str, tuple[Node, str]] = {}
    for way in (way for found in requirements(document) for way in found.elements()):
        names = [name for name, _ in way.items()]
        if len(names) == 1 and names[0] not in known and _COMPONENT_NAME.fullmatch(names[0]):
            missing.setdefault(names[0], (way, f"the security scheme {names[0]} is not declared"))
    yield from _bearer_schemes(top, missing)


def _bearer_schemes(top: Node, schemes: Mapping[str, tuple[Node, str]]) -> Iterator[Addition]:
    """Declare security schemes: each name has its place, and why it is needed."""
    if not schemes:
        return
    place, what = next(iter(schemes.values()))
    everything = {name: dict(_BEARER_SCHEME) for name in schemes}
    if top.get("components") is None:
        edit = Edit("/components", {"securitySchemes": everything}, before="paths")
        yield Addition(AUTHENTICATION, edit, place, what)
    elif top.get_path("components", "securitySchemes") is None:
        yield Addition(AUTHENTICATION, Edit("/components/securitySchemes", everything), place, what)
    else:
        for name, (place, what) in schemes.items():
            edit = Edit(f"/components/securitySchemes/{name}", _BEARER_SCHEME)
            yield Addition(AUTHENTICATION, edit, place, what)


def _alternatives(document: Document, name: str, bearer: set[str]) -> Iterator[Addition]:
    """A bearer token as an alternative of each requirement without one; no alternative without a token."""
    found = operations(document)
    places = [document.root_node, *(operation.node for operation in found if not operation.is_public)]
    for place in places:
        own = place.value.get("security") if isinstance(place.value, dict) else None
        if not isinstance(own, list) or not own:
            continue
        what, declared = _OTHER_SCHEMES, place.get("security") or place
        has_bearer = any(way and way.keys() <= bearer for way in own)
        if {} in own:
            what = _WITHOUT if has_bearer or not any(own) else f"{what}; {_WITHOUT}"
            edit: Edit = Filling(f"{place.pointer}/security/{own.index({})}", {name: []})
            if has_bearer:
                edit = Removal(f"{place.pointer}/security", [way for way in own if way])
            yield Addition(AUTHENTICATION, edit, declared, what, _PUBLIC_NOTE)
        elif not has_bearer:
            edit = Insertion(f"{place.pointer}/security/0", {name: []})
            yield Addition(AUTHENTICATION, edit, declared, what)


def _missing_problems(document: Document) -> Iterator[Addition]:
    """The errors of the service are added by `x-problems`, unless each operation declares all errors."""
    top = document.root_node
    declared = [operation.node.get_value("responses", {}) for operation in operations(document)]
    is_complete = all("default" in errors or {"4XX", "5XX"} <= errors.keys() for errors in declared)
    if "x-problems" not in top.value and not (declared and is_complete):
        what = "operations can answer more failures than the contract says (401, 404, 422, 503, ...)"
        note = "It adds them, as problem+json (RFC 9457)."
        edit = Edit("/x-problems", "standard", before="paths")
        yield Addition(ERROR_RESPONSES, edit, top.get("paths") or top, what, note)


def _open_bodies(document: Document) -> Iterator[Addition]:
    """Bodies stay as open as OpenAPI has them, where this is the first import of a contract."""
    top = document.root_node
    has_bodies = any(operation.node.get("requestBody") for operation in operations(document))
    if has_bodies and not {"x-problems", "x-unknown"} & top.value.keys() and not declares_resources(document):
        what = "bodies can have properties that the contract does not list, and the service would refuse them"
        note = "It ignores them, and those that are readOnly."
        edit = Edit("/x-unknown", "ignore", before="paths")
        yield Addition(SCHEMAS, edit, top.get("paths") or top, what, note)


def _path_parameters(document: Document) -> Iterator[Addition]:
    """Texts for the parameters of a path that an operation does not declare; `required` for the others."""
    for path, of_path in groupby(operations(document), key=lambda operation: operation.path):
        found = list(of_path)
        declared = [p for o in found for p in o.parameters() if p.get_value("in") == "path"]
        names = parameters_of(path)
        if not {p.get_value("name") for p in declared} <= {*names}:
            continue  # one of them is misspelled
        missing = [name for name in names if not all(_has_parameter(o, name) for o in found)]
        yield from _new_parameters(path, found[0].path_item, missing)
        for parameter in {p.pointer: p for p in declared if "required" not in p.value}.values():
            what = f"the path parameter {{{parameter.get_value('name')}}} of {path} is required"
            edit = Edit(f"{parameter.pointer}/required", True)  # noqa: FBT003 - it is the value
            yield Addition(PARAMETERS, edit, parameter, what)


def _has_parameter(operation: ContractOperation, name: str) -> bool:
    return any(p.get_value("in") == "path" and p.get_value("name") == name for p in operation.parameters())


def _new_parameters(path: str, item: Node, names: list[str]) -> Iterator[Addition]:
    """Declare parameters for all operations of a path. More than one beside others is left to people."""
    new = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    what = f"{', '.join(names)} of the path {path} {'is' if len(names) == 1 else 'are'} not declared"
    if new and not item.value.get("parameters"):
        yield Addition(PARAMETERS, Edit(f"{item.pointer}/parameters", new), item, what)
    elif len(new) == 1:
        yield Addition(PARAMETERS, Insertion(f"{item.pointer}/parameters/0", new[0]), item, what)


def _missing_names(document: Document) -> Iterator[Addition]:
    """Operations without a valid operationId of their own are named after their verb and their resource."""
    found = operations(document)
    named: dict[str, str] = {}
    for operation in found:
        if "operationId" in operation.node.value and is_valid_operation_name(operation.id):
            named.setdefault(snake_case(operation.id), operation.node.pointer)
    taken = {*named}
    for operation in found:
        declared = operation.node.get("operationId")
        if declared is not None and named.get(snake_case(operation.id)) == operation.node.pointer:
            continue
        name = next(n for n in operation_names.candidates(operation) if snake_case(n) not in taken)
        taken.add(snake_case(name))
        note = "Code, SQL and clients call it so: choose another name if you like."
        edit = Edit(f"{operation.node.pointer}/operationId", name)
        what = _why_it_is_named(operation, declared)
        yield Addition(OPERATION_IDS, edit, declared or operation.node, what, note)


def _why_it_is_named(operation: ContractOperation, declared: Node | None) -> str:
    if declared is None:
        return f"{_label(operation)} has no operationId"
    if is_valid_operation_name(operation.id):
        return f"another operation is called {operation.id}, too"
    return f"an operation cannot be named {operation.id}"


def _label(operation: ContractOperation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _foreign_patterns(document: Document) -> Iterator[Addition]:
    r"""Patterns with `\A`, `\z` or POSIX classes, which other regular expressions have."""
    for schema in mappings_with(document, "pattern"):
        pattern = schema.get("pattern")
        plain = ecma_pattern(pattern.value) if pattern and isinstance(pattern.value, str) else None
        if pattern is not None and plain is not None and pattern.pointer in document.positions:
            what = f"ECMA-262 does not have all of {pattern.value}"
            yield Addition(SCHEMAS, Edit(pattern.pointer, plain), pattern, what)
