"""Texts that a schema accepts and a person would write: by format, by the words of a name, by pattern."""

import datetime as dt
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from freehold.contract.samples import words
from freehold.contract.samples.numbers import make_decimal
from freehold.contract.samples.patterns import matching_text
from freehold.contract.validation.validators import matcher
from freehold.ground.naming import snake_case

_LONGEST = 10_000  # characters of a text that is made
_FIXED = {
    "binary": "SGVsbG8=",
    "byte": "SGVsbG8=",
    "duration": "P3D",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/plants",
    "iri-reference": "/plants",
    "json-pointer": "/title",
    "regex": "^[a-z]+$",
    "relative-json-pointer": "0/title",
    "time": "09:30:00Z",
    "uri-reference": "/plants",
    "uri-template": "https://example.com/{id}",
}
_PICTURES = frozenset({"avatar", "image", "photo", "picture", "thumbnail", "icon", "logo", "cover"})
_CLOCK = "T09:30:00Z"
_CODE_LENGTH = 2


def make_text(schema: Mapping[str, Any], name: str, resource: str, variant: int = 0) -> str | None:
    """Return a text for a property of a resource; None if no simple text matches the schema."""
    shortest, longest = int(schema.get("minLength", 0)), min(int(schema.get("maxLength", _LONGEST)), _LONGEST)
    if shortest > longest:
        return None
    pattern = schema.get("pattern")
    formatted = _of_format(schema, name, resource, variant)
    if formatted is not None:
        return formatted if pattern is None or matcher(pattern).is_valid(formatted) else None
    if pattern is None:
        return _fit(_plain(name, resource, variant, longest), shortest, longest)
    plain = _plain(name, resource, variant, longest)
    for text in _spellings(plain):
        if shortest <= len(text) <= longest and matcher(pattern).is_valid(text):
            return text
    return matching_text(pattern, shortest, longest)


def make_uuid(name: str, resource: str, variant: int = 0) -> str:
    """Return the id of a row, which is the same wherever the contract refers to that row."""
    key = words.words_of(name)
    key = key[:-1] if key[1:] and key[-1] in ("id", "uuid") else key
    subject = snake_case(resource) if key in (["id"], ["uuid"]) and resource else "_".join(key)
    digits = sha256(f"{subject} {variant}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _of_format(schema: Mapping[str, Any], name: str, resource: str, variant: int) -> str | None:
    form = str(schema.get("format", ""))
    if form in ("date", "date-time"):
        day = dt.date.fromisoformat(words.look_up(words.DAYS, name) or words.DAY) + dt.timedelta(days=variant)
        return day.isoformat() + (_CLOCK if form == "date-time" else "")
    if form == "uuid":
        return make_uuid(name, resource, variant)
    if form == "decimal":
        return make_decimal(schema, name, variant)
    if form in ("email", "idn-email"):
        return words.TEXTS["email"][variant % 2]
    if form in ("uri", "url"):
        is_picture = not _PICTURES.isdisjoint(words.words_of(name))
        return (
            f"https://example.com/{'photo.jpg' if is_picture else ('plants' if variant == 0 else 'garden')}"
        )
    return _FIXED.get(form)


def _plain(name: str, resource: str, variant: int, longest: int) -> str:
    parts = words.words_of(name)
    if "country" in parts and longest == _CODE_LENGTH:
        return words.COUNTRY_CODES[variant % 2]
    of_resource = {"name": words.NAMES, "title": words.TITLES}.get("_".join(parts))
    found = words.look_up(of_resource, resource) if of_resource else None
    found = found or words.look_up(words.TEXTS, name)
    if found is None and parts[-1:] == ["name"]:
        found = words.look_up(words.NAMES, "_".join(parts[:-1]) or "person")
    if found is not None:
        return found[variant % 2]
    if parts[-1:] == ["id"]:
        subject = parts[:-1] or words.words_of(resource) or ["row"]
        return f"{'-'.join(subject)}-{variant + 1}"
    text = " ".join(parts).capitalize() or "Text"
    return text if variant == 0 else f"{text} {variant + 1}"


def _fit(text: str, shortest: int, longest: int) -> str | None:
    """Return the text, cut after a word or repeated to be of a length."""
    while len(text) < shortest:
        text = f"{text} {text}"
    if len(text) > longest:
        cut = text[:longest].rstrip()
        whole = text[: longest + 1].rpartition(" ")[0].rstrip(" .,")
        text = whole if max(1, shortest) <= len(whole) else cut
    if len(text) < shortest:  # the cut was at a space
        letters = "".join(text.split()) or "x"
        text = (letters * shortest)[:shortest]
    return text if shortest <= len(text) <= longest else None


def _spellings(text: str) -> Iterator[str]:
    parts = text.replace(".", "").replace(",", "").split()
    yield from (text, text.lower(), text.upper(), "-".join(parts).lower(), "_".join(parts).lower())
    yield from (parts[0], parts[0].lower(), parts[0].upper()) if parts else ()
