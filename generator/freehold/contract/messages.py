"""What requests and answers consist of: JSON, forms, files, headers. Standard operations have JSON alone."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from freehold.reading.document import Node

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FORMS = (FORM, MULTIPART)
RANGES_OF_ANYTHING = ("*/*", "application/*", "text/*")
"""Ranges that have a media type for content of no known kind."""
MEDIA_TYPE = re.compile(r"(?:[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+|[a-z]+/\*|\*/\*)")
"""A media type or a range of them, in lower case and without parameters (RFC 9110, 8.3.1 and 12.5.1)."""

_READ = frozenset({"if-match", "if-none-match", "idempotency-key"})
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Names of header parameters that say nothing (OpenAPI 3.1, 4.8.12.1)."""
_SENT = frozenset(
    """
    cache-control content-length content-type date ratelimit ratelimit-policy retry-after server vary
    www-authenticate x-content-type-options x-request-id
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Response headers that the service sends by itself, or that nobody has to send."""


def media_types(holder: Node | None) -> list[str]:
    """Return the media types of a request body or of a response, in the order of the contract."""
    content = holder.get("content") if holder else None
    return list(content.value) if content and isinstance(content.value, dict) else []


def is_json(names: Iterable[str]) -> bool:
    """Whether JSON is among media types, under any name: `application/hal+json` (RFC 6839, 3.1)."""
    return any(name == JSON or name.endswith("+json") for name in names)


def json_schema(response: Node) -> Node | None:
    """Return the schema of the JSON that a response has, under any name of it; None without one."""
    names = media_types(response)
    named = next((name for name in sorted(names, key=lambda name: name != JSON) if is_json([name])), JSON)
    return response.get_path("content", named, "schema")


def is_form(names: Iterable[str]) -> bool:
    """Whether media types are those of forms."""
    known = set(names)
    return bool(known) and known <= set(FORMS)


def is_file(names: Iterable[str]) -> bool:
    """Whether media types are neither JSON nor forms: the content is a file."""
    known = set(names)
    return bool(known) and not is_json(known) and not known & set(FORMS)


def is_binary(schema: Mapping[str, Any]) -> bool:
    """Whether a property of a form is a file (OpenAPI 3.0.3, 4.7.14.2; OpenAPI 3.1, 4.8.14.2)."""
    is_typed = schema.get("type") == "string" and schema.get("format") == "binary"
    return is_typed or ("contentMediaType" in schema and "contentEncoding" not in schema)


def own_header_parameters(parameters: Iterable[Node]) -> list[Node]:
    """Return the header parameters that only an operation of your own can read."""
    headers = [parameter for parameter in parameters if parameter.get_value("in") == "header"]
    return [p for p in headers if str(p.get_value("name")).lower() not in _READ | IGNORED_HEADERS]


def own_response_headers(response: Node | None) -> list[str]:
    """Return the declared headers of a response that only an operation of your own can set."""
    headers = response.get("headers") if response else None
    return [name for name, _ in headers.items() if name.lower() not in {*_SENT, "etag"}] if headers else []
