"""The files of forms, which are no bytes in JSON: a model holds them as uploads."""

from collections.abc import Mapping
from typing import Any

from freehold.contract.messages import is_binary

UPLOAD = "upload"
"""Our own format, for the files of a form."""
UPLOAD_TYPE = "runtime.http.content.uploads.Upload"
"""The type of their fields."""


def with_uploads(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a form, with another format for its files than for bytes in JSON."""
    copied = {name: _as_upload(part) for name, part in form.get("properties", {}).items()}
    return {**form, "properties": copied}


def _as_upload(part: Any) -> Any:
    if not isinstance(part, Mapping):
        return part
    if is_binary(part):
        return {**part, "type": "string", "format": UPLOAD}
    inner = {word: [_as_upload(one) for one in part[word]] for word in ("anyOf", "oneOf") if word in part}
    items = {"items": _as_upload(part["items"])} if "items" in part else {}
    return {**part, **inner, **items}
