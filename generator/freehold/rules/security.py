"""Rules about authentication and authorization."""

from collections.abc import Iterator

from freehold.contract.normalizing.security import is_bearer
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import ancestors, split_path_parameters
from freehold.contract.resources import (
    embedded,
    foreign_is_forbidden,
    is_singleton,
    owner,
    properties,
    readers,
    resources,
)
from freehold.contract.rows.chosen_keys import is_unique_below_parent
from freehold.contract.rows.readers import is_narrower, reads_all_owners
from freehold.ground.naming import closest_match
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_SHARED_CLAIMS = frozenset(
    "iss aud azp client_id scope scp permissions roles groups typ token_use acr amr cnf".split()  # noqa: SIM905
)
"""Claims that are the same for many users: the issuer, the audience, the client, what is permitted."""
_TOKEN_CLAIMS = frozenset(
    "exp nbf iat jti nonce auth_time sid at_hash c_hash s_hash updated_at".split()  # noqa: SIM905
)
"""Claims that change with each token or each session of one user (RFC 7519, section 4.1; OpenID Connect)."""
_FLAG_CLAIMS = frozenset({"email_verified", "phone_number_verified"})
_BEARER = {"type": "http", "scheme": "bearer"}


def required_tokens(document: Document) -> Iterator[Problem]:
    """Operations on owned rows require a token, and public ones declare it explicitly."""
    known = resources(document)
    scheme = next((name for name, scheme in _schemes(document) if is_bearer(scheme)), "bearerAuth")
    for operation in operations(document):
        declared = operation.node.get("security") or operation.node
        place = f"{operation.method.upper()} {operation.path}"
        resource = known.get(operation.resource or "")
        if operation.requires_token and operation.is_public:
            marked = operation.node.get("x-public") or operation.node
            fix = "Add `security: []` here, or remove `x-public`."
            yield marked.problem(f"{place} is public but requires a token", fix)
        if operation.requires_token:
            continue
        is_open = (
            readers(resource) == "anybody" and reads_all_owners(operation, resource) if resource else False
        )
        if resource is not None and owner(resource) is not None and not is_open:
            fix = f"Add `security: [{{{scheme}: []}}]` here, or at the root for all operations."
            fix += _reading_fix(operation, resource)
            yield declared.problem(
                f"{place} accesses rows that have owners but does not require a token", fix
            )
        elif not operation.is_public:
            fix = f"Add `x-public: true` if it is public, otherwise `security: [{{{scheme}: []}}]`."
            yield declared.problem(f"{place} does not require a token", fix)


def _reading_fix(operation: ContractOperation, resource: Node) -> str:
    """What else to write for an operation that only reads."""
    if operation.kind not in ("list", "get") or readers(resource) == "anybody":
        return ""
    words = f"`read: anybody` to x-resource of {resource.name}"
    return f"\nAdd {words} instead if everybody may read the rows of all owners."


def shared_writes(document: Document) -> Iterator[Problem]:
    """Operations that change shared rows require a scope, and so a token."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is None or owner(resource) is not None or operation.method in ("get", "head"):
            continue
        if not (operation.scopes() and operation.requires_token):
            declared = ", and remove `x-public`" if operation.node.get("x-public") else ""
            fix = f'Require a scope, for example `security: [{{bearerAuth: ["things:write"]}}]`{declared}.'
            yield operation.node.problem(f"any user could change the shared rows of {resource.name}", fix)


def owner_parameters(document: Document) -> Iterator[Problem]:
    """`x-owner` marks one path parameter, where a token is required and no resource is without an owner."""
    known = resources(document)
    for operation in operations(document):
        marked = [p for p in operation.parameters() if p.get_value("x-owner") is True]
        resource = known.get(operation.resource or "")
        for parameter in marked:
            name = parameter.get_value("name")
            place = parameter.get("x-owner") or parameter
            if parameter.get_value("in") != "path":
                fix = "Remove it: the owner comes from the token."
                yield place.problem(f"the owner {name} is not a path parameter", fix)
            elif resource and owner(resource) is None:
                fix = f"Remove `x-owner`, or give {resource.name} an owner."
                yield place.problem(f"{name} is marked as owner, but {resource.name} has no owner", fix)
            elif resource is None and not operation.requires_token:
                fix = f"Remove `x-owner`, or require a token: {operation.id} has nobody to compare it with."
                yield place.problem(f"{name} is marked as owner, but no token is required", fix)
            elif parameter.pointer != marked[0].pointer:
                fix = "Mark only one of them."
                yield place.problem(
                    f"{name} is marked as owner in addition to {marked[0].get_value('name')}", fix
                )


def foreign_readers(document: Document) -> Iterator[Problem]:
    """Others read rows with owners, all that these rows show, and the rows above them in a path."""
    known = resources(document)
    for name, schema in known.items():
        declared = schema.get_path("x-resource", "read")
        if declared is not None and owner(schema) is None:
            yield declared.problem(
                f"all users share the rows of {name}, which have no owner", "Remove `read`."
            )
        elif declared is not None and readers(schema) != "owner":
            yield from _unlike_readers(schema, declared)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is not None and reads_all_owners(operation, resource):
            yield from _unlike_path(operation, resource)


def _unlike_readers(schema: Node, declared: Node) -> Iterator[Problem]:
    if is_singleton(schema):
        fix = f"Remove `read`, or give {schema.name} an id."
        yield declared.problem(f"{schema.name} has one row for each owner, and no path tells which", fix)
    if is_unique_below_parent(schema):
        fix = "Name rows by a generated id, or by a key whose path has no parent."
        yield declared.problem(f"rows of {schema.name} that others read are unique below a parent only", fix)
    if foreign_is_forbidden(schema):
        fix = "Remove `foreign`, and declare 403 at the operations that answer it."
        yield declared.problem(f"rows of {schema.name} that others read are not forbidden to them", fix)
    for field, part in embedded(schema).items():
        other = resources(schema.document)[part.resource]
        if is_narrower(schema, other):
            what = f"{field} of {schema.name} would show rows of {part.resource} to others than their readers"
            fix = f"Set `read: {readers(schema)}` in x-resource of {part.resource}, too, or remove {field}."
            yield properties(schema)[field].problem(what, fix)


def _unlike_path(operation: ContractOperation, resource: Node) -> Iterator[Problem]:
    parents = split_path_parameters(operation, resource)[0]
    above = [node for _, node in ancestors(resource)][-len(parents) :] if parents else []
    for node in above:
        if is_narrower(resource, node):
            what = f"{operation.id} would tell which rows of {node.name} exist, to others than their readers"
            fix = f"Set `read: {readers(resource)}` in x-resource of {node.name}, too."
            yield operation.node.problem(what, fix)
    for parameter in operation.parameters():
        if parameter.get_value("x-owner") is True and parameter.get_value("in") == "path":
            what = (
                f"{operation.id} reads the rows of all owners, and not those of {parameter.get_value('name')}"
            )
            fix = f"Remove `x-owner`, or `read` of {resource.name}."
            yield (parameter.get("x-owner") or parameter).problem(what, fix)


def owner_claims(document: Document) -> Iterator[Problem]:
    """The claim that names the owner tells users apart, and stays the same for one user."""
    for name, schema in resources(document).items():
        row_owner = owner(schema)
        if row_owner is None:
            continue
        place = schema.get_path("x-resource", "owner", "claim") or schema
        fix = "Use `sub`, or a claim that identifies a user or an organization."
        if row_owner.claim in _SHARED_CLAIMS | _FLAG_CLAIMS:
            what = (
                f"the claim {row_owner.claim} is the same for many users, who would share the rows of {name}"
            )
            yield place.problem(what, fix)
        elif row_owner.claim in _TOKEN_CLAIMS:
            what = (
                f"the claim {row_owner.claim} changes: a user would lose the rows of {name} with each token"
            )
            yield place.problem(what, fix)


def security_schemes(document: Document) -> Iterator[Problem]:
    """Security schemes are bearer tokens, and every requirement is declared."""
    known = dict(_schemes(document))
    for name, scheme in known.items():
        if not is_bearer(scheme):
            what = f"the security scheme {name} is not an HTTP bearer scheme"
            wrong = next(word for word, value in _BEARER.items() if scheme.get_value(word) != value)
            meant = closest_match(str(scheme.get_value(wrong)), [_BEARER[wrong]])
            fix = f"Did you mean {meant}? " if meant else ""
            place = scheme.get(wrong) or scheme
            yield place.problem(what, f"{fix}Use `type: http` and `scheme: bearer`.")
    for declared in _requirements(document):
        ways = [way for way in declared.elements() if way.value]
        needed = [any(way.value.values()) for way in ways]
        if any(needed) and not all(needed):
            fix = "Remove it, or list its scopes: a token needs those of one entry, whatever scheme it is of."
            what = "an alternative requires no scopes, so that those of the others decide nothing"
            yield ways[needed.index(False)].problem(what, fix)
    for name, scopes in (
        part for declared in _requirements(document) for way in declared.elements() for part in way.items()
    ):
        if name not in known:
            meant, there = closest_match(name, known), ", ".join(known) or "none so far"
            fix = f"Did you mean {meant}? " if meant else ""
            yield scopes.problem(
                f"the security scheme {name} is not declared", f"{fix}Available security schemes: {there}."
            )


def _schemes(document: Document) -> Iterator[tuple[str, Node]]:
    found = document.root_node.get_path("components", "securitySchemes")
    yield from found.items() if found else ()


def _requirements(document: Document) -> Iterator[Node]:
    """Yield the security requirements of the root and of each operation."""
    for place in (document.root_node, *(operation.node for operation in operations(document))):
        declared = place.get("security")
        if declared is not None:
            yield declared
