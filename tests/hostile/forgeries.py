"""More than 120 named forged tokens."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.issuer import AUDIENCE, ISSUER, MAKERS, Issuer, ed25519_key


@dataclass(frozen=True)
class Target:
    """The knowledge of an attacker, and the signing key, which only the test knows."""

    issuer: Issuer
    secret: str | None
    trap: str

    def header(self) -> dict[str, Any]:
        return {"alg": "HS256", "typ": "JWT"} if self.secret else {"alg": "EdDSA", "kid": "first"}

    def claims(self) -> dict[str, Any]:
        return self.issuer.claims()

    def sign(self, content: bytes) -> bytes:
        if self.secret:
            return mac(self.secret.encode(), content)
        signature: bytes = self.issuer.private["first"][1].sign(content)
        return signature

    def key(self) -> Any:
        return self.issuer.private["first"][1].public_key()


Forge = Callable[[Target], str]


def mac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def token(_target: Target, header: object, payload: object, sign: Callable[[bytes], bytes]) -> str:
    """A token with any header and payload; a `str` is used unchanged."""
    signed = ".".join(encoded(text(part).encode("utf-8", "surrogatepass")) for part in (header, payload))
    return f"{signed}.{encoded(sign(signed.encode()))}"


def good(target: Target) -> str:
    return token(target, target.header(), target.claims(), target.sign)


def said(**changes: Any) -> Forge:
    """A correctly signed token with other claims; a callable gets the time, `...` omits the claim."""

    def forge(target: Target) -> str:
        now = int(time.time())
        changed = {name: value(now) if callable(value) else value for name, value in changes.items()}
        claims = {k: v for k, v in (target.claims() | changed).items() if v is not ...}
        return token(target, target.header(), claims, target.sign)

    return forge


def headed(**changes: Any) -> Forge:
    """A correctly signed token with another header; `{trap}` becomes a URL that must not be requested."""

    def forge(target: Target) -> str:
        changed = json.loads(json.dumps(changes).replace("{trap}", target.trap))
        return token(target, target.header() | changed, target.claims(), target.sign)

    return forge


def written(*, header: str = "", payload: str = "") -> Forge:
    """A correctly signed token with this text as a part; `<>` stands for the usual members."""

    def forge(target: Target) -> str:
        parts = [(header, target.header()), (payload, target.claims())]
        texts = [said.replace("<>", json.dumps(usual)[1:-1]) or json.dumps(usual) for said, usual in parts]
        return token(target, texts[0], texts[1], target.sign)

    return forge


def edited(change: Callable[[str], str]) -> Forge:
    return lambda target: change(good(target))


def part(number: int, change: Callable[[str], str]) -> Forge:
    def edit(whole: str) -> str:
        parts = whole.split(".")
        parts[number] = change(parts[number])
        return ".".join(parts)

    return edited(edit)


def flipped(encoded_part: str) -> str:
    middle = len(encoded_part) // 2
    return encoded_part[:middle] + ("A" if encoded_part[middle] != "A" else "B") + encoded_part[middle + 1 :]


def unused_bits(encoded_part: str) -> str:
    """Non-canonical base64url: the unused bits are set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return encoded_part[:-1] + alphabet[alphabet.index(encoded_part[-1]) + 1]


def json_form(whole: str) -> str:
    header, payload, signature = whole.split(".")
    return json.dumps({"protected": header, "payload": payload, "signature": signature})


def unsigned(algorithm: object, signature: str = "") -> Forge:
    return lambda target: (
        token(target, target.header() | {"alg": algorithm}, target.claims(), lambda _: b"") + signature
    )


def keyed(key: Callable[[Target], bytes], **header: object) -> Forge:
    """HS256 with a publicly known secret."""
    return lambda target: token(
        target, {"alg": "HS256", **header}, target.claims(), lambda content: mac(key(target), content)
    )


def foreign(algorithm: str, **header: str) -> Forge:
    """Signed with an unpublished key."""
    return lambda target: jwt.encode(
        target.claims(), MAKERS[algorithm](), algorithm=algorithm, headers={"kid": "first", **header}
    )


def own_jwk(target: Target) -> str:
    key = ed25519_key()
    jwk = jwt.get_algorithm_by_name("EdDSA").to_jwk(key.public_key(), as_dict=True)
    header = {"alg": "EdDSA", "kid": "first", "jwk": jwk}
    return token(target, header, target.claims(), key.sign)


def cookie(target: Target) -> str:
    """A session cookie cache of Better Auth, signed with the same key."""
    now = int(time.time())
    cached = {"session": {"userId": "alice"}, "user": {"id": "alice"}, "updatedAt": now}
    return token(target, target.header(), cached | {"iat": now, "exp": now + 300}, target.sign)


def mail(target: Target) -> str:
    now = int(time.time())
    claims = {"email": "alice@example.com", "iat": now, "exp": now + 3600, "iss": ISSUER, "aud": AUDIENCE}
    return token(target, target.header(), claims, target.sign)


def ago(seconds: int) -> Callable[[int], int]:
    return lambda now: now - seconds


def pem(target: Target) -> bytes:
    found: bytes = target.key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return found


def ahead(seconds: int) -> Callable[[int], int]:
    return lambda now: now + seconds


TIMES: Mapping[str, Forge] = {
    "expired 11 seconds ago": said(iat=ago(900), exp=ago(11)),
    "expired a year ago": said(iat=ago(31_536_060), exp=ago(31_536_000)),
    "issued in an hour": said(iat=ahead(3600), exp=ahead(7200)),
    "valid in an hour": said(nbf=ahead(3600)),
    "lives for ten years": said(exp=ahead(315_360_000)),
    "lives for longer than any number": said(exp=10**400),
    "issued before time began": said(iat=-1),
    "issued long ago, still living": said(iat=0),
    **{f"without {name}": said(**{name: ...}) for name in ("exp", "iat", "sub")},
    **{f"{name} is null": said(**{name: None}) for name in ("exp", "iat", "sub", "nbf")},
    **{f"{name} is true": said(**{name: True}) for name in ("exp", "iat", "nbf", "sub")},
    **{f"{name} is text": said(**{name: lambda now: str(now + 5)}) for name in ("exp", "iat", "nbf")},
    **{f"{name} is a fraction": said(**{name: lambda now: now + 0.5}) for name in ("exp", "iat", "nbf")},
    **{f"{name} is a list": said(**{name: [1]}) for name in ("exp", "iat", "nbf", "sub")},
    "exp is NaN": written(payload='{<>, "exp2": NaN}'),
    "exp is Infinity": said(exp=float("inf")),
    "exp is 1e999": written(payload='{"exp2": 1e999, <>}'),
    "exp has 5000 digits": written(payload='{"exp2": ' + "9" * 5000 + ", <>}"),
}

SUBJECTS: Mapping[str, Forge] = {
    "sub is empty": said(sub=""),
    "sub is a space": said(sub=" "),
    "sub begins with a space": said(sub=" alice"),
    "sub ends with a line break": said(sub="alice\n"),
    "sub has a NUL": said(sub="ali\0ce"),
    "sub has a surrogate": said(sub="alice\ud800"),
    "sub has a direction mark": said(sub="alice\u202e"),
    "sub has a zero-width space": said(sub="ali\u200bce"),
    "sub has 256 characters": said(sub="a" * 256),
    "sub is a number": said(sub=1),
    "sub is an object": said(sub={"id": "alice"}),
    "a session cookie of Better Auth": cookie,
    "an e-mail verification of Better Auth": mail,
}

PARTIES: Mapping[str, Forge] = {
    "another issuer": said(iss="https://evil.example.com"),
    "an issuer with a slash more": said(iss=ISSUER + "/"),
    "no issuer": said(iss=...),
    "a list of issuers": said(iss=[ISSUER]),
    "another audience": said(aud="https://elsewhere.example.com"),
    "our audience and another": said(aud=[AUDIENCE, "https://elsewhere.example.com"]),
    "no audience": said(aud=...),
    "an audience that begins like ours": said(aud=AUDIENCE + ".evil.example.com"),
    "an empty list of audiences": said(aud=[]),
}

HEADERS: Mapping[str, Forge] = {
    **{
        f"typ {kind}": headed(typ=kind) for kind in ("logout+jwt", "JWE", "", "id_token", "dpop+jwt", 1, None)
    },
    **{f"{name} points to a trap": headed(**{name: "{trap}"}) for name in ("jku", "x5u")},
    "x5c": headed(x5c=["MIIB"]),
    "a key of its own": own_jwk,
    "crit": headed(crit=["exp"]),
    "crit b64": headed(crit=["b64"], b64=False),
    "b64": headed(b64=True),
    "zip": headed(zip="DEF"),
    "encrypted": headed(enc="A128GCM"),
    "kid is a list": headed(kid=["first"]),
    "kid is null": headed(kid=None),
    "kid is empty": headed(kid=""),
    "kid of 10 kB would be a long header": headed(kid="k" * 10_000),
    "kid of 129 characters": headed(kid="k" * 129),
    "alg twice": written(header='{<>, "alg": "none"}'),
    "alg twice, the good one last": written(header='{"alg": "none", <>}'),
    "a header that is a list": written(header='[{"alg": "HS256"}]'),
    "a header that is not JSON": written(header="{<>,}"),
    "a header with a byte order mark": written(header="\ufeff{<>}"),
    "a deep header": written(header='{"a":' + "[" * 20_000 + "]" * 20_000 + ", <>}"),
}

PAYLOADS: Mapping[str, Forge] = {
    "sub twice": written(payload='{"sub": "bob", <>}'),
    "a duplicate deep inside": written(payload='{"a": {"b": 1, "b": 2}, <>}'),
    "a payload that is a list": written(payload="[{<>}]"),
    "a payload that is text": written(payload='"alice"'),
    "a payload that is not JSON": written(payload="{<>,}"),
    "a payload with a comment": written(payload="{<>} //"),
    "a payload with a byte order mark": written(payload="\ufeff{<>}"),
    "a payload in another encoding": written(payload='{"a": "\udcff", <>}'),
    "a deep payload": written(payload='{"a":' + "[" * 2500 + "]" * 2500 + ", <>}"),
}

FORMS: Mapping[str, Forge] = {
    **{f"a bit of part {n} flipped": part(n, flipped) for n in range(3)},
    **{f"part {n} is empty": part(n, lambda _: "") for n in range(3)},
    **{f"part {n} is padded": part(n, lambda p: p + "=" * (-len(p) % 4 or 1)) for n in range(3)},
    "another spelling of the signature": part(2, unused_bits),
    "a signature cut short": part(2, lambda p: p[:-4]),
    "a signature drawn out": part(2, lambda p: p + "AAAA"),
    "one part": edited(lambda whole: whole.split(".")[0]),
    "two parts": edited(lambda whole: whole.rpartition(".")[0]),
    "four parts": edited(lambda whole: whole + ".x"),
    "five parts": edited(lambda whole: whole + ".x.y"),
    "the JSON form": edited(json_form),
    "a space inside": edited(lambda whole: whole[:20] + " " + whole[20:]),
    "a tab before": edited(lambda whole: "x\t" + whole),
    "a comma and a second one": edited(lambda whole: f"{whole}, {whole}"),
    "the other alphabet": part(1, lambda p: p[:-1] + "+"),
    "20 kB": edited(lambda whole: whole + "x" * 20_000),
    "only dots": lambda _: "..",
    "a word": lambda _: "null",
    "quoted": edited(lambda whole: f'"{whole}"'),
}

ALGORITHMS: Mapping[str, Forge] = {
    **{f"alg {name!r} unsigned": unsigned(name) for name in ("none", "None", "nOnE", "NONE", "", "hs256")},
    **{f"alg {name!r}": unsigned(name, "c2lnbmVk") for name in ("none", ["HS256"], {"a": 1}, 1, None, True)},
    "no alg": written(header='{"typ": "JWT", "kid": "first"}'),
    **{f"{name} by somebody else": foreign(name) for name in MAKERS},
    "HS256 with an empty secret": keyed(lambda _: b""),
    "HS256 with a guessed secret": keyed(lambda _: b"secret"),
    "HS256 with Better Auth's public secret": keyed(lambda _: b"better-auth-secret-12345678901234567890"),
    "HS256 with the public key as PEM": keyed(pem, kid="first"),
    "HS256 with the public key as a JWK": keyed(
        lambda target: json.dumps(target.issuer.published[0]).encode(), kid="first"
    ),
    "HS256 with the public key as bytes": keyed(lambda target: target.key().public_bytes_raw(), kid="first"),
    "HS384 instead": headed(alg="HS384"),
    "HS512 instead": headed(alg="HS512"),
    "RS256 instead": headed(alg="RS256"),
    "ES256 instead": headed(alg="ES256"),
    "kid is a path": keyed(lambda _: b"", kid="../../dev/null"),
    "kid is SQL": keyed(lambda _: b"x", kid="' UNION SELECT 'x' --"),
    "kid is an address": keyed(lambda _: b"x", kid="http://127.0.0.1/key"),
}

FORGERIES = {**TIMES, **SUBJECTS, **PARTIES, **HEADERS, **PAYLOADS, **FORMS, **ALGORITHMS}
