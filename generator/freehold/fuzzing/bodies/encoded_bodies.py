"""Bodies as they are sent: JSON, forms and files."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from freehold.contract.messages import FORM, JSON, MULTIPART, is_binary, media_types
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import properties
from freehold.reading.document import Node

_BOUNDARY = "8e03978e40d543ddbc936894a57f9324"
_SAMPLE = b"A sample of a file.\n"


def takes_body(operation: ContractOperation) -> bool:
    """Whether an operation has a body."""
    return operation.takes_file or operation.body_schema() is not None


def content_type(operation: ContractOperation) -> str:
    """Return the header `Content-Type` of its bodies: JSON if it accepts that, else the first type."""
    names = media_types(operation.node.get("requestBody")) or [JSON]
    name = JSON if JSON in names else names[0].replace("*/*", "image/*").replace("/*", "/png")
    return f"{name}; boundary={_BOUNDARY}" if name == MULTIPART else name


def encode_body(operation: ContractOperation, value: Any) -> bytes:
    """Return a body with a value of its schema; a file has a text of its own."""
    if operation.takes_file:
        return _SAMPLE
    name = content_type(operation).partition(";")[0]
    if name not in (FORM, MULTIPART) or not isinstance(value, dict):
        return json.dumps(value).encode()
    fields = list(_fields(value))
    return urlencode(fields).encode() if name == FORM else _multipart(operation.body_schema(), fields)


def _fields(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each field. Null is not sent."""
    for name, part in value.items():
        for item in part if isinstance(part, list) else [part]:
            if item is not None:
                yield name, item if isinstance(item, str) else json.dumps(item)


def _multipart(schema: Node | None, fields: list[tuple[str, str]]) -> bytes:
    known = properties(schema)
    parts = []
    for name, text in fields:
        declared = known.get(name)
        items = (declared.get("items") or declared) if declared else None
        is_upload = items is not None and is_binary(items.value)
        disposition = f'form-data; name="{name}"' + ('; filename="sample.txt"' if is_upload else "")
        content = _SAMPLE if is_upload else text.encode()
        head = f"--{_BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"
        parts.append(head.encode() + content + b"\r\n")
    return b"".join([*parts, f"--{_BOUNDARY}--\r\n".encode()])
