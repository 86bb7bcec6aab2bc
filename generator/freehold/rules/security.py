"""Rules about authentication and authorization."""

from collections.abc import Iterator

from freehold.contract.normalizing.security import is_bearer
from freehold.contract.operations import operations
from freehold.contract.resources import owner, resources
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
        if resource is not None and owner(resource) is not None:
            fix = f"Add `security: [{{{scheme}: []}}]` here, or at the root for all operations."
            yield declared.problem(
                f"{place} accesses rows that have owners but does not require a token", fix
            )
        elif not operation.is_public:
            fix = f"Add `x-public: true` if it is public, otherwise `security: [{{{scheme}: []}}]`."
            yield declared.problem(f"{place} does not require a token", fix)


def shared_writes(document: Document) -> Iterator[Problem]:
    """Operations that change shared rows require a scope, and so a token."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is None or owner(resource) is not None or operation.method in ("get", "head"):
            continue
        if not (operation.scopes() and operation.requires_token):
            fix = 'Require a scope, for example `security: [{bearerAuth: ["things:write"]}]`.'
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
        ways = [requirement for requirement in declared.elements() if requirement.value]
        if len({frozenset(scope for scopes in way.value.values() for scope in scopes) for way in ways}) > 1:
            fix = "Keep one: it can list several scopes, and a token needs all of them."
            yield ways[1].problem("alternative security requirements are not supported", fix)
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
