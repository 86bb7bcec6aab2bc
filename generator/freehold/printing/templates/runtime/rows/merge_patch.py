"""JSON merge patches (RFC 7396): an update merges objects into the stored ones, and validates the results."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ..http.contract_values import contract_schemas, effective_schemas
from ..http.problems import ErrorEntry, Invalid
from ..validation.fault_texts import make_fault
from ..validation.faults import find_faults
from ..validation.json_text import parse_strict_json, to_json_text

ObjectProperties = Mapping[str, str]
"""The columns that are merged, each with the JSON pointer of its schema in the served document.

A column that no answer shows has `contract.json#` before the pointer of its schema in the effective contract.
"""

_CONTRACT = "contract.json#"


def merge_patch(target: object, patch: object) -> Any:
    """The result of applying a patch to a JSON value (RFC 7396, section 2). `target` stays as it is."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def object_patches(values: Mapping[str, object], properties: ObjectProperties) -> dict[str, Any]:
    """The values to merge, as JSON. Null and arrays replace what is stored."""
    found = {name: values[name] for name in properties if name in values}
    patches = {
        name: value.model_dump(by_alias=True) if isinstance(value, BaseModel) else value
        for name, value in found.items()
    }
    return {name: patch for name, patch in patches.items() if isinstance(patch, dict)}


def check_results(
    values: Mapping[str, object], properties: ObjectProperties, max_bytes: int, row_pointer: str
) -> None:
    """Raise Invalid, with all faults, unless each value matches its schema and fits into a request."""
    errors = list[ErrorEntry]()
    for name, value in values.items():
        pointer = properties[name].removeprefix(_CONTRACT)
        schemas = contract_schemas() if pointer == properties[name] else effective_schemas()
        at = f"{row_pointer}/{pointer.rpartition('/')[2]}"
        text = to_json_text(value).encode()
        if len(text) > max_bytes:
            errors.append(make_fault("too_large", max_bytes, pointer=at))
        elif schemas and not schemas.validator(pointer).is_valid(exact := parse_strict_json(text).value):
            errors += [
                {**fault, "pointer": f"{at}{fault['pointer']}"}
                for fault in find_faults(schemas, pointer, exact)
            ]
    if errors:
        raise Invalid(errors)
