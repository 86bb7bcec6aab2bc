"""The configuration of Schemathesis: that of the project, with two users added."""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from freehold.contract.messages import is_form, media_types
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import owner_parameter
from freehold.contract.resources import properties
from freehold.contract.rows.column_types import base_type
from freehold.fuzzing.targets import Target
from freehold.ground.problems import UsageError

FILE_NAME = "schemathesis.toml"
_ACCEPTANCE = "positive_data_acceptance"
_REFUSED_TOKEN = 401
_ACCEPTING_WRONG_DATA = {"negative_data_rejection": {"expected-statuses": ["2xx", "4xx"]}}
"""The checks of an operation of which Schemathesis cannot tell what is wrong data."""
_SHOWN_BY_SHELLS = "$${"
"""Schemathesis replaces `${NAME}` by environment variables, but not this."""


def default_text() -> str:
    """Return the file that a new project has."""
    return (files("freehold") / "workbench" / "project_template" / FILE_NAME).read_text("utf-8")


def load(project: Path | None) -> dict[str, Any]:
    """Read the configuration of a project, or the default. Raises UsageError when it is not TOML."""
    file = project / FILE_NAME if project else None
    text = file.read_text("utf-8") if file and file.is_file() else default_text()
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{file} is not TOML: {error}. Correct it, or remove it to use the default."
        ) from None


def with_users(config: Mapping[str, Any], target: Target, users_file: Path) -> dict[str, Any]:
    """Add the two users. The first one is the owner in paths. A good token must be accepted."""
    whole: dict[str, Any] = json.loads(json.dumps(config, default=str))
    first = target.users[0]
    names = {owner_parameter(operation) for operation in operations(target.contract)} - {None}
    parameters = {
        f"path.{name}": first.subject.replace("${", _SHOWN_BY_SHELLS) for name in sorted(map(str, names))
    }
    whole["parameters"] = whole.get("parameters", {}) | parameters
    whole["auth"] = {
        "wfc": {"path": str(users_file), "user": first.name, "peers": [user.name for user in target.users]}
    }
    for part in (whole, *whole.get("operations", [])):
        accepted = part.get("checks", {}).get(_ACCEPTANCE, {}).get("expected-statuses", [])
        accepted[:] = [status for status in accepted if status != _REFUSED_TOKEN]
    added = [
        {"include-operation-id": operation.id, "checks": _ACCEPTING_WRONG_DATA}
        for operation in operations(target.contract)
        if _has_form_with_list(operation) or _has_number_as_owner(operation)
    ]
    whole["operations"] = [*whole.get("operations", []), *added]
    return whole


def _has_form_with_list(operation: ContractOperation) -> bool:
    """Whether a form can have a field several times: one value and a list of one value are the same there."""
    names = media_types(operation.node.get("requestBody"))
    fields = properties(operation.body_schema()) if is_form(names) else {}
    return any(base_type(field) == "array" for field in fields.values())


def _has_number_as_owner(operation: ContractOperation) -> bool:
    """Whether the path has a number for the owner.

    Schemathesis sends the first user in place of a wrong number, and expects the answer to the wrong one.
    """
    name = owner_parameter(operation)
    path = [p for p in operation.parameters() if p.get_value("in") == "path"]
    schema = next((p.get("schema") for p in path if p.get_value("name") == name), None)
    return schema is not None and base_type(schema) == "integer"


def users_text(target: Target) -> str:
    """Return the users in the format of Web Fuzzing Commons. It contains their tokens."""
    entries = [
        {"name": user.name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {user.token}"}]}
        for user in target.users
    ]
    return json.dumps({"auth": entries})


def toml_text(config: Mapping[str, Any]) -> str:
    """Write TOML: a line for each key, with everything below it inline."""
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in config.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _key(value) if isinstance(value, str) else json.dumps(value)


def _key(text: str) -> str:
    """A basic string of TOML: a string of JSON, but for U+007F and surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
