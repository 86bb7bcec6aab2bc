"""The judge of the served document: each property's own schema, with formats asserted, in jsonschema-rs."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from tests.values.json_text import Json

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_JSON = "application/json"


class DocumentJudge:
    """Judges values for the properties that a create of the served document takes."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._old = str(document["openapi"]).startswith("3.0")
        self._document = document
        self._components = {"schemas": document["components"]["schemas"]}
        if self._old:
            self._components = translated(self._components)
        self._validators: dict[tuple[str, str], Any] = {}

    def accepts(self, path: str, name: str, value: Json) -> bool:
        """Whether the document allows a value for a property of the body of POST `path`."""
        key = (path, name)
        if key not in self._validators:
            self._validators[key] = self._validator(path, name)
        try:
            return bool(self._validators[key].is_valid(value))
        except UnicodeEncodeError:  # half of a surrogate pair is in no text
            return False

    def _validator(self, path: str, name: str) -> Any:
        body = self._document["paths"][path]["post"]["requestBody"]["content"][_JSON]["schema"]["$ref"]
        schema = {"components": self._components, "$ref": f"{body}/properties/{name}"}
        return jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=True,
            formats={"decimal": _is_decimal, "byte": _is_base64},
            email_options=jsonschema_rs.EmailOptions(allow_display_text=False),
        )


def _is_decimal(text: str) -> bool:
    return bool(_DECIMAL.fullmatch(text))


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def translated(schema: Json) -> Json:
    """A schema of OpenAPI 3.0 in words of 2020-12. Beside a `$ref` nothing counts in 3.0."""
    if isinstance(schema, list):
        return [translated(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    made = {
        word: said if word in ("enum", "default", "example") else translated(said)
        for word, said in schema.items()
    }
    for word, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(made.get(word), bool) and made.pop(word) and limit in made:
            made[word] = made.pop(limit)
    if made.pop("nullable", False) is True and "type" in made:
        made["type"] = [made["type"], "null"]
    return made
