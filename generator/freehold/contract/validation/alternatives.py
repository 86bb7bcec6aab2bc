"""Which alternative of an `anyOf` or a `oneOf` a value is meant for: a property tells the branches apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from .validators import ContractSchemas, reference_target

Tag = tuple[str, dict[Any, str]]
"""The name of a property, and for each of its values the pointer of the branch."""


def is_only_null(schemas: ContractSchemas, pointer: str) -> bool:
    """Whether the schema at a pointer allows null and nothing else."""
    schema = schemas.at(pointer)
    return isinstance(schema, Mapping) and schema.get("type") == "null"


def find_tag(schemas: ContractSchemas, schema: Mapping[str, Any], branches: Sequence[str]) -> Tag | None:
    """The property that tells the branches of a schema apart: its discriminator, or one with fixed values."""
    discriminator = schema.get("discriminator")
    if isinstance(discriminator, Mapping) and isinstance(discriminator.get("propertyName"), str):
        mapping = discriminator.get("mapping") or {}
        return discriminator["propertyName"], _by_mapping(schemas, mapping, branches)
    properties = [_constants(schemas, branch) for branch in branches]
    for name in properties[0] if properties else ():
        values = [constants.get(name) for constants in properties]
        if all(values):
            pairs = zip(branches, values, strict=True)
            return name, {value: branch for branch, of_branch in pairs for value in of_branch or ()}
    return None


def _by_mapping(
    schemas: ContractSchemas, mapping: Mapping[str, str], branches: Sequence[str]
) -> dict[Any, str]:
    by_value: dict[Any, str] = {}
    for branch in branches:
        schema = schemas.at(branch)
        target = reference_target(schema) if isinstance(schema, Mapping) and "$ref" in schema else branch
        name = target.rpartition("/")[2]
        values = [value for value, place in mapping.items() if place.rpartition("/")[2] == name]
        by_value |= dict.fromkeys(values or [name], target)
    return by_value


def _constants(schemas: ContractSchemas, pointer: str) -> dict[str, list[Any]]:
    """The properties of a branch that have fixed values."""
    schema = schemas.at(pointer)
    while isinstance(schema, Mapping) and "$ref" in schema:
        schema = schemas.at(reference_target(schema))
    properties = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    fixed = {
        name: [part["const"]] if "const" in part else part.get("enum", [])
        for name, part in properties.items()
        if isinstance(part, Mapping)
    }
    return {
        name: values
        for name, values in fixed.items()
        if values and all(isinstance(value, str | int) for value in values)
    }
