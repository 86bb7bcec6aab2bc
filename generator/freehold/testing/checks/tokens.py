"""Requests without a valid token, and without the scopes that an operation needs."""

import secrets
import time
from collections.abc import Iterator, Mapping

import jwt

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.samples.identities import sample_claims
from freehold.testing import reports
from freehold.testing.checks.comparisons import assert_alike, nothing_changes
from freehold.testing.requests import ROW, Request, with_missing_row
from freehold.testing.scene import Scene
from freehold.testing.users import Exchange, User
from freehold.workbench import development_tokens

_UNAUTHORIZED, _FORBIDDEN = 401, 403
_ALGORITHM = "HS256"


def token_is_required(scene: Scene, operation: ContractOperation) -> None:
    """Without a valid token there is no answer but 401, whether or not a row exists."""
    alice = scene.users.create("alice")
    request = scene.request(alice, operation, scene.place(alice, operation), even_unwritten=True)
    if operation.is_public:
        check = _assert_optional if operation.accepts_token else _assert_public
        check(scene, alice, request)
        return
    with nothing_changes(scene, operation, alice) as exchanges:
        for token, headers in invalid_tokens(scene, alice, operation):
            nobody = scene.users.with_headers(alice, f"({token})", headers)
            answers = _for_row_and_none(scene, nobody, request)
            exchanges.extend(answers)
            _assert_status(scene, operation, answers[0], _UNAUTHORIZED, token)
            if not answers[0].headers.get("www-authenticate", "").startswith("Bearer"):
                meaning = "a client does not learn how to authenticate (RFC 9110, 11.6.1)."
                what = "the 401 has no header WWW-Authenticate for Bearer."
                reports.fail(scene.contract, operation, what, answers, meaning=meaning)


def scopes_are_required(scene: Scene, operation: ContractOperation) -> None:
    """A token without the scopes is answered 403, the same for rows that exist and those that do not."""
    alice = scene.users.create("alice")
    request = scene.request(alice, operation, scene.place(alice, operation), even_unwritten=True)
    headers = scene.service.auth_headers(alice.subject, {"scope": ""})
    with nothing_changes(scene, operation, alice) as exchanges:
        answers = _for_row_and_none(scene, scene.users.with_headers(alice, "(no scopes)", headers), request)
        exchanges.extend(answers)
        _assert_status(scene, operation, answers[0], _FORBIDDEN, "a token without scopes")


def invalid_tokens(
    scene: Scene, user: User, operation: ContractOperation
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield headers that prove nothing, each with what it is called in a message."""
    secret, subject = scene.service.secret, user.subject
    claims = sample_claims(scene.contract.document, subject)
    now = int(time.time())
    payload = {**claims, "sub": subject, "iat": now, "exp": now + 600}
    owners = claims.keys() - {"scope"} or {"sub"}
    without_owner = {name: value for name, value in payload.items() if name not in owners}
    yield "no token", {}
    yield "a password", {"Authorization": "Basic YTpi"}
    yield "a malformed token", {"Authorization": "Bearer x"}
    yield "a header that names a user", {"X-User-Id": subject}
    signed = development_tokens.sign(secrets.token_urlsafe(64), subject, claims=claims)
    yield "a token with a wrong signature", _bearer(signed)
    yield "a token without a signature", _bearer(jwt.encode(payload, "", algorithm="none"))
    expired = development_tokens.sign(secret, subject, lifetime=-3600, claims=claims)
    yield "an expired token", _bearer(expired)
    if scene.contract.is_private(operation):
        yield "a token without the owner", _bearer(jwt.encode(without_owner, secret, algorithm=_ALGORITHM))


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _for_row_and_none(scene: Scene, user: User, request: Request) -> list[Exchange]:
    operation = request.operation
    answers = [scene.send(user, request)]
    if ROW in request.ids:
        nowhere = with_missing_row(scene.contract, operation, request.ids)
        answers.append(scene.send(user, request.at(nowhere)))
        assert_alike(scene, operation, *answers, what="a row, to somebody without a valid token,")
    return answers


def _assert_status(
    scene: Scene, operation: ContractOperation, answer: Exchange, status: int, what: str
) -> None:
    if answer.status != status:
        told = f"{what} must be answered {status}."
        meaning = "the operation can be used by somebody who has not proved who they are, or may not use it."
        advice = "look at `security` of the operation, and at routes of your own."
        reports.fail(scene.contract, operation, told, [answer], meaning=meaning, advice=advice)


def _assert_public(scene: Scene, user: User, request: Request) -> None:
    answers = [scene.send(one, request) for one in (user, scene.users.with_headers(user, "(no token)", {}))]
    found = reports.differences(*answers)
    if found:
        what = f"the operation is public, but without a token {', '.join(found)} differ."
        meaning = "`x-public` promises the same answer to everybody."
        reports.fail(scene.contract, request.operation, what, answers, meaning=meaning)


def _assert_optional(scene: Scene, user: User, request: Request) -> None:
    """Without a token everybody is answered alike, and a token that is sent must be valid."""
    operation, anonymous = request.operation, []
    for name, headers in invalid_tokens(scene, user, operation):
        answer = scene.send(scene.users.with_headers(user, f"({name})", headers), request)
        if "Authorization" in headers:
            _assert_status(scene, operation, answer, _UNAUTHORIZED, name)
        else:
            anonymous.append(answer)
    found = reports.differences(*anonymous)
    if found:
        what = f"a header that names a user changes the answer to nobody: {', '.join(found)} differ."
        meaning = "whoever has no token is told what somebody else is told."
        reports.fail(scene.contract, operation, what, anonymous, meaning=meaning)
