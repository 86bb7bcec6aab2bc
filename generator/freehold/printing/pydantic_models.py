"""Generates the pydantic models with datamodel-code-generator.

Its input is a contract reduced to structure: only listed keywords, no examples, and descriptions only where
they are plain sentences. Contract text cannot reach the generated code in any other way.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from freehold.contract.resources import properties, schemas
from freehold.ground.naming import class_name, column_name, snake_case
from freehold.ground.problems import ContractError, Problem
from freehold.printing import model_generation
from freehold.printing.model_schemas import DECIMAL, ModelSchemas
from freehold.printing.python_sources import Files, format_sources
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import unescape_token

_PLAIN_SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:()'/_-]{1,90}[.]")
_SCHEMAS = "#/components/schemas/"
_REFERENCE = re.compile(f"{_SCHEMAS}([^/]+)(.*)")
_PROBLEM_SCHEMA = "Problem"  # the runtime has its own class, and no client sends one


def begin(effective: Document, overrides_package: str) -> Callable[[], Files]:
    """Begin to generate schemas.py. Returns what returns it.

    That raises ContractError when two schemas would become one class.
    """
    prepared = ModelSchemas(effective).named()
    components: dict[str, Any] = {
        class_name(name): _with_classes(_with_description(prepared[name], schema))
        for name, schema in schemas(effective)
        if name != _PROBLEM_SCHEMA
    }
    contract = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}
    whole = contract | {"components": {"schemas": components}}
    generated = model_generation.begin(whole, _field_names(components)) if components else lambda: ""
    return lambda: _emit(effective, generated(), overrides_package)


def _emit(effective: Document, generated: str, overrides_package: str) -> Files:
    models = _with_decimals(generated)
    collisions = list(_class_collisions(effective, ast.parse(models)))
    if collisions:
        raise ContractError(collisions)
    source = f'"""The pydantic models of requests and responses."""\n\n{models}'
    return format_sources({PurePosixPath("schemas.py"): source}, overrides_package)


def _with_classes(part: Any) -> Any:
    """Return a prepared schema whose references name classes instead of schemas."""
    if isinstance(part, list):
        return [_with_classes(item) for item in part]
    if not isinstance(part, dict):
        return part
    changed = {key: _with_classes(value) for key, value in part.items()}
    found = _REFERENCE.fullmatch(part["$ref"]) if isinstance(part.get("$ref"), str) else None
    if found:
        changed["$ref"] = f"{_SCHEMAS}{class_name(unescape_token(unquote(found[1])))}{found[2]}"
    return changed


def _field_names(components: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The names of fields that are those of columns, by class and property, where Python needs another name.

    Where two properties would have the same, the generator of models tells them apart.
    """
    names: dict[str, str] = {}
    for cls, schema in components.items():
        fields = {name: column_name(name) for name in schema.get("properties", {})}
        if len(set(fields.values())) == len(fields):
            names |= {f"{cls}.{name}": field for name, field in fields.items() if snake_case(name) != field}
    return names


def _with_decimals(models: str) -> str:
    """Return the models with decimals as the defaults of decimals, which are texts or numbers in JSON."""
    lines = models.encode().splitlines(keepends=True)
    fields = [node for node in ast.walk(ast.parse(models)) if isinstance(node, ast.AnnAssign)]
    defaults = [
        field.value
        for field in fields
        if isinstance(field.value, ast.Constant | ast.UnaryOp)
        and ast.literal_eval(field.value) is not None
        and any(isinstance(name, ast.Name) and name.id == DECIMAL for name in ast.walk(field.annotation))
    ]
    for default in defaults:
        line, start, end = default.lineno - 1, default.col_offset, default.end_col_offset
        text = f"Decimal({str(ast.literal_eval(default))!r})".encode()
        lines[line] = lines[line][:start] + text + lines[line][end:]
    imported = "from decimal import Decimal\n" if defaults else ""
    return imported + b"".join(lines).decode()


def _class_collisions(effective: Document, models: ast.Module) -> Iterator[Problem]:
    """The schemas whose class is that of an inline schema, because both have the same name."""
    fields = {node.name: set(_wire_names(node)) for node in models.body if isinstance(node, ast.ClassDef)}
    for name, schema in schemas(effective):
        cls = class_name(name)
        if name != _PROBLEM_SCHEMA and cls in fields and properties(schema).keys() - fields[cls]:
            fix = "Rename it, or give the inline schema a name: move it to components/schemas and use a $ref."
            yield schema.problem(f"an inline schema becomes the class {cls}, as does this one", fix)


def _wire_names(cls: ast.ClassDef) -> Iterator[str]:
    """The property names of the fields of a class: their aliases, if they have one."""
    for field in cls.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            calls = [node for node in ast.walk(field) if isinstance(node, ast.Call)]
            keywords = [keyword for call in calls for keyword in call.keywords]
            aliases = [ast.literal_eval(keyword.value) for keyword in keywords if keyword.arg == "alias"]
            yield aliases[0] if aliases else field.target.id


def _with_description(schema: dict[str, Any], node: Node) -> dict[str, Any]:
    """Add the description of a named schema, if it is a plain sentence, as the docstring of its class."""
    value = node.value if isinstance(node.value, dict) else {}
    text = " ".join(str(value.get("description", "")).split())
    return schema | ({"description": text} if _PLAIN_SENTENCE.fullmatch(text) else {})
