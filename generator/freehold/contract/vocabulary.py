"""The fixed fields of OpenAPI's objects, and the detection of unknown keys."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.ground.naming import closest_match
from freehold.reading.document import Node
from freehold.reading.json_pointers import escape_token

# How similar a known key must be to be suggested. Extensions of other tools may resemble ours by chance.
_SIMILARITY, _STRICT_SIMILARITY = 0.6, 0.85
_STATUS = re.compile(r"[1-5](\d\d|XX)|default")
_OBJECT_NAMES = {
    "document": "a contract",
    "docs": "externalDocs",
    "info": "info",
    "scheme": "a security scheme",
}
_DESCRIBING_OBJECTS = frozenset({"info", "contact", "license", "docs", "tag", "server"})
_EXTENSION_PREFIXES = ("x-", "$")  # extensions and keywords that anybody can add
_LETTERS_TO_DIGITS = str.maketrans("OolI", "0011")

# The fixed fields of each object (OpenAPI 3.0 and 3.1) and Freehold's extensions. After `:` follows the type
# of the value: an object, [an array of objects] or {a mapping of objects}. Schema keywords have another rule.
_FIELD_LISTS = {
    "document": "openapi info:info jsonSchemaDialect servers:[server] paths:{path} webhooks"
    " components:components security tags:[tag] externalDocs:docs x-problems x-unknown",
    "info": "title summary description termsOfService contact:contact license:license version",
    "contact": "name url email",
    "license": "name identifier url",
    "server": "url description variables",
    "docs": "description url",
    "tag": "name description externalDocs:docs",
    "components": "schemas:{schema} responses:{response} parameters:{parameter} examples requestBodies:{body}"
    " headers:{header} securitySchemes:{scheme} links callbacks pathItems:{path}",
    "path": "$ref summary description get:operation put:operation post:operation delete:operation"
    " options:operation head:operation patch:operation trace:operation servers:[server]"
    " parameters:[parameter] x-resource",
    "operation": "tags summary description externalDocs:docs operationId parameters:[parameter]"
    " requestBody:body responses:responses callbacks deprecated security servers:[server]"
    " x-operation x-public x-depends-on-data x-max",
    "parameter": "$ref name in description required deprecated allowEmptyValue style explode allowReserved"
    " schema:schema example examples content x-owner x-sort x-search x-filter x-page x-max",
    "header": "$ref description required deprecated allowEmptyValue style explode allowReserved schema:schema"
    " example examples content",
    "body": "$ref description content:{media} required",
    "media": "schema:schema example examples encoding",
    "response": "$ref description headers:{header} content:{media} links",
    "scheme": "$ref type description name in scheme bearerFormat flows openIdConnectUrl",
    "schema": "$ref properties:{schema} items:schema allOf:[schema] oneOf:[schema] anyOf:[schema]"
    " discriminator:discriminator x-resource x-generated x-references x-renamed-from x-page x-total",
    "discriminator": "propertyName mapping",
}
FIXED_FIELDS: Mapping[str, Mapping[str, str]] = {
    kind: dict(field.partition(":")[::2] for field in fields.split()) for kind, fields in _FIELD_LISTS.items()
}
"""For each kind of object, its fields with the notation of their values."""


DESCRIBING_KEYWORDS = frozenset(
    """
    title description default example examples deprecated readOnly writeOnly externalDocs xml discriminator
    $comment
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Keywords of a schema that do not decide which values it accepts."""
DECIDING_KEYWORDS = frozenset(
    """
    $ref $defs type nullable format enum const items properties required additionalProperties
    allOf oneOf anyOf minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum
    multipleOf minItems maxItems minProperties maxProperties uniqueItems not if then else contains
    minContains maxContains prefixItems patternProperties propertyNames dependentRequired
    dependentSchemas unevaluatedItems unevaluatedProperties
    contentEncoding contentMediaType contentSchema
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Keywords of a schema that can decide it. All others are annotations (JSON Schema 2020-12, 6.5)."""

HELD_FORMATS = frozenset(
    """
    date date-time time duration email idn-email hostname idn-hostname ipv4 ipv6 uri uri-reference
    uri-template iri iri-reference uuid json-pointer relative-json-pointer regex byte binary decimal
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""The formats of strings that decide which values are valid. Others are annotations."""


MOST_PARTS = 500
"""A schema that is composed of more schemas is refused, and is not applied to a value before that."""

_COMPOSING_LISTS = ("allOf", "oneOf", "anyOf")
_COMPOSING_SINGLE = ("not", "if", "then", "else")
COMPOSING_KEYWORDS = (*_COMPOSING_LISTS, *_COMPOSING_SINGLE, "dependentSchemas")
"""Keywords that apply other schemas to the same value."""


@dataclass(frozen=True)
class UnknownKey:
    """An unknown key, its position, and the key that was probably intended."""

    parent_pointer: str
    key: str
    suggestion: str | None
    object_type: str

    @property
    def pointer(self) -> str:
        """Its JSON pointer."""
        return f"{self.parent_pointer}/{escape_token(self.key)}"

    @property
    def message(self) -> str:
        """The message of the problem."""
        article = "" if self.object_type.endswith("s") else "an " if self.object_type[0] in "aeiou" else "a "
        where = _OBJECT_NAMES.get(self.object_type, article + self.object_type)
        return f"{self.key} is not a key of {where}"

    @property
    def fix(self) -> str:
        """The fix of the problem."""
        if self.suggestion:
            return f"Did you mean {self.suggestion}?"
        if self.object_type == "responses":
            return 'Use a status of three digits such as "404", a range such as 4XX, or default.'
        known = [word for word in FIXED_FIELDS[self.object_type] if word != "$ref"]
        return f"Available keys: {', '.join(known)}. Extensions start with x-."


def find_unknown_keys(root: Any) -> Iterator[UnknownKey]:
    """Yield every unknown key. The contract can have other problems."""
    yield from _check_object(root, "", "document")


def _check_object(value: Any, pointer: str, kind: str) -> Iterator[UnknownKey]:
    if not isinstance(value, Mapping):
        return
    if kind == "responses":
        yield from _check_statuses(value, pointer)
        return
    known = FIXED_FIELDS[kind]
    for key, part in value.items():
        if key in known:
            yield from _check_value(part, f"{pointer}/{escape_token(key)}", known[key])
        elif key.startswith(_EXTENSION_PREFIXES) or kind != "schema":
            open_ = key.startswith(_EXTENSION_PREFIXES)
            left = [
                word for word in known if word not in value and word.startswith(_EXTENSION_PREFIXES) is open_
            ]
            meant = closest_match(key, left, _STRICT_SIMILARITY if open_ else _SIMILARITY)
            if meant or not (open_ or kind in _DESCRIBING_OBJECTS):
                yield UnknownKey(pointer, key, meant, kind)


def _check_value(value: Any, pointer: str, notation: str) -> Iterator[UnknownKey]:
    """Check the value of a known key."""
    kind = notation.strip("[]{}")
    if notation.startswith("{") and isinstance(value, Mapping):
        for key, part in value.items():
            if not key.startswith("x-") or kind == "schema":
                yield from _check_object(part, f"{pointer}/{escape_token(key)}", kind)
    elif notation.startswith("[") and isinstance(value, list):
        for index, part in enumerate(value):
            yield from _check_object(part, f"{pointer}/{index}", kind)
    elif kind == notation and kind:
        yield from _check_object(value, pointer, kind)


def _check_statuses(value: Mapping[str, Any], pointer: str) -> Iterator[UnknownKey]:
    for key, part in value.items():
        if _STATUS.fullmatch(key):
            yield from _check_object(part, f"{pointer}/{escape_token(key)}", "response")
        elif not key.startswith("x-"):
            status = key.translate(_LETTERS_TO_DIGITS).upper()
            meant = status if _STATUS.fullmatch(status) else closest_match(key, ["default"])
            yield UnknownKey(pointer, key, meant, "responses")


def composed_size(schema: Node, sizes: dict[str, int | None], depth: int = 0) -> int | None:
    """Return the number of schemas that a schema is composed of, or None if it contains itself."""
    if depth > MOST_PARTS:
        return depth
    if schema.pointer not in sizes:
        sizes[schema.pointer] = None  # in progress: coming back here means a cycle
        total = 1
        for part in _composing_schemas(schema):
            size = composed_size(part, sizes, depth + 1)
            if size is None:
                return None
            total = min(total + size, MOST_PARTS + 1)
        sizes[schema.pointer] = total
    return sizes[schema.pointer]


def _composing_schemas(schema: Node) -> Iterator[Node]:
    for word in _COMPOSING_LISTS:
        choices = schema.get(word)
        yield from choices.elements() if choices is not None else ()
    parts = [schema.get(word) for word in _COMPOSING_SINGLE]
    yield from (part for part in parts if part is not None)
    by_name = schema.get("dependentSchemas")
    yield from (part for _, part in by_name.items()) if by_name is not None else ()
