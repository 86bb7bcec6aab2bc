"""Generates the pydantic models with datamodel-code-generator, which only this module uses.

Its input is a contract reduced to structure: only listed keywords, no examples, and descriptions only where
they are plain sentences. Contract text cannot reach the generated code in any other way.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from freehold.contract.format_patterns import MAX_LENGTHS, PATTERNS
from freehold.contract.resources import properties, schemas
from freehold.ground.problems import ContractError, Problem
from freehold.printing.python_sources import Files, format_sources
from freehold.reading.document import Document

if TYPE_CHECKING:  # importing it takes a while, and only `generate` and `check` need it
    from datamodel_code_generator.config import GenerateConfig

_PLAIN_SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:()'/_-]{1,90}[.]")
_STRUCTURAL_KEYWORDS = frozenset(
    """
    $ref type nullable format enum const default readOnly writeOnly items properties required
    additionalProperties unevaluatedProperties allOf oneOf anyOf discriminator minLength maxLength pattern
    minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems
    """.split()  # noqa: SIM905 - easier to read than a list
)
_FORMAT_TYPES = {  # the types that parse the formats of strings
    "email": "runtime.http.field_types.Email",
    "hostname": "runtime.http.field_types.Hostname",
    "uri": "runtime.http.field_types.Uri",
    "uri-reference": "runtime.http.field_types.UriReference",
    "byte": "runtime.http.field_types.Base64",
    "binary": "runtime.http.field_types.Base64",
    "decimal": "runtime.http.field_types.DecimalText",
    "date": "runtime.http.field_types.FullDate",
    "time": "runtime.http.field_types.FullTime",
    "date-time": "runtime.http.field_types.DateTime",
}
_INTEGER_TYPES = {"int32": ("Int32", -(2**31), 2**31 - 1), "int64": ("Int64", -(2**63), 2**63 - 1)}
_BASE64_FORMATS = frozenset({"byte", "binary"})
_LENGTHS_IN_BYTES: dict[str, Callable[[int], int]] = {  # four characters of base64 are three bytes
    "minLength": lambda characters: max(0, (characters + 3) // 4 * 3 - 2),
    "maxLength": lambda characters: characters // 4 * 3,
}
_COMPOSITION_KEYWORDS = ("allOf", "oneOf", "anyOf")
_PROBLEM_SCHEMA = "Problem"  # the runtime has its own class, and no client sends one


def emit(effective: Document, overrides_package: str) -> Files:
    """Generate schemas.py.

    Raises ContractError when two schemas would become one class.
    """
    components = {
        name: _reduced_schema(schema.value) for name, schema in schemas(effective) if name != _PROBLEM_SCHEMA
    }
    contract = {"openapi": effective.root["openapi"], "info": {"title": "", "version": ""}, "paths": {}}
    models = _with_exact_literals(_generate(contract | {"components": {"schemas": components}}))
    collisions = list(_class_collisions(effective, ast.parse(models)))
    if collisions:
        raise ContractError(collisions)
    source = f'"""The pydantic models of requests and responses."""\n\n{models}'
    return format_sources({PurePosixPath("schemas.py"): source}, overrides_package)


def _class_collisions(effective: Document, models: ast.Module) -> Iterator[Problem]:
    """The schemas whose class is that of an inline schema, because both have the same name."""
    fields = {node.name: set(_wire_names(node)) for node in models.body if isinstance(node, ast.ClassDef)}
    for name, schema in schemas(effective):
        if name != _PROBLEM_SCHEMA and name in fields and properties(schema).keys() - fields[name]:
            fix = "Rename it, or give the inline schema a name: move it to components/schemas and use a $ref."
            yield schema.problem(f"an inline schema becomes the class {name}, as does this one", fix)


def _wire_names(cls: ast.ClassDef) -> Iterator[str]:
    """The property names of the fields of a class: their aliases, if they have one."""
    for field in cls.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            calls = [node for node in ast.walk(field) if isinstance(node, ast.Call)]
            keywords = [keyword for call in calls for keyword in call.keywords]
            aliases = [ast.literal_eval(keyword.value) for keyword in keywords if keyword.arg == "alias"]
            yield aliases[0] if aliases else field.target.id


def _reduced_schema(value: dict[str, Any]) -> dict[str, Any]:
    """Reduce a named schema to its structure and, if it is a plain sentence, its description."""
    description = " ".join(str(value.get("description", "")).split())
    structure: dict[str, Any] = _structure(value)
    return structure | ({"description": description} if _PLAIN_SENTENCE.fullmatch(description) else {})


def _structure(value: Any) -> Any:
    """Keep the structural keywords of a schema, and replace formats by types of the runtime."""
    if not isinstance(value, dict):
        return value
    reduced = {key: part for key, part in value.items() if key in _STRUCTURAL_KEYWORDS}
    if isinstance(reduced.get("properties"), dict):
        reduced["properties"] = {name: _structure(part) for name, part in reduced["properties"].items()}
    if "items" in reduced:
        reduced["items"] = _structure(reduced["items"])
    for keyword in _COMPOSITION_KEYWORDS:
        if keyword in reduced:
            reduced[keyword] = [_structure(part) for part in reduced[keyword]]
    _replace_format(reduced)
    _replace_integer(reduced)
    return reduced


def _replace_format(schema: dict[str, Any]) -> None:
    """Replace the format of a string by the type that parses it."""
    declared_format = schema.get("format")
    if declared_format == "password":
        del schema["format"]
    if declared_format in _BASE64_FORMATS:
        schema |= {key: bound(schema[key]) for key, bound in _LENGTHS_IN_BYTES.items() if key in schema}
    if declared_format == "uuid" and schema.get("pattern") == PATTERNS[declared_format]:
        schema["customTypePath"] = "runtime.http.field_types.Uuid"
        del schema["pattern"]
        _separate_null(schema)
    if declared_format in _FORMAT_TYPES:
        schema["customTypePath"] = _FORMAT_TYPES[declared_format]
        schema.pop("pattern", None)
        if schema.get("maxLength") == MAX_LENGTHS.get(declared_format):
            schema.pop("maxLength", None)
        _separate_null(schema)


def _replace_integer(schema: dict[str, Any]) -> None:
    """Replace an integer with bounds by a type that accepts 1.0 too, as JSON Schema does."""
    types = schema.get("type")
    bounds = _INTEGER_TYPES.get(schema.get("format", "int64"))
    if "integer" not in (types if isinstance(types, list) else [types]) or not bounds or "enum" in schema:
        return
    name, least, most = bounds
    if {"minimum", "exclusiveMinimum"} & schema.keys() and {"maximum", "exclusiveMaximum"} & schema.keys():
        schema["customTypePath"] = f"runtime.http.field_types.{name}"
        for key, bound in (("minimum", least), ("maximum", most)):
            if schema.get(key) == bound:
                del schema[key]
        _separate_null(schema)


def _separate_null(schema: dict[str, Any]) -> None:
    """Move null to a branch of its own: a custom type would replace it as well."""
    types = schema["type"]
    if not schema.pop("nullable", False) and not isinstance(types, list):
        return
    non_null = next(name for name in ([types] if isinstance(types, str) else types) if name != "null")
    branch = {key: schema.pop(key) for key in [*schema] if key != "default"} | {"type": non_null}
    schema["anyOf"] = [branch, {"type": "null"}]


def _generate(contract: dict[str, Any]) -> str:
    from datamodel_code_generator import generate

    generated = generate(json.dumps(contract), config=_config())
    if not isinstance(generated, str):
        raise TypeError("datamodel-code-generator returned several modules, which is a bug in Freehold")
    return generated.removeprefix("#").replace(
        "from runtime.http.field_types import", "from .runtime.http.field_types import"
    )


def _with_exact_literals(models: str) -> str:
    """Annotate literals of numbers so that they reject true and false, which equal 1 and 0 in Python."""
    module = ast.parse(models)
    literals = [
        node for node in ast.walk(module) if isinstance(node, ast.Subscript) and _is_number_literal(node)
    ]
    lines = models.splitlines(keepends=True)
    for node in sorted(literals, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[node.lineno - 1].encode()
        start, end = node.col_offset, node.end_col_offset
        exact = b"Annotated[%s, Exact]" % line[start:end]
        lines[node.lineno - 1] = (line[:start] + exact + line[end:]).decode()
    imports = (
        "from typing import Annotated\n\nfrom .runtime.http.field_types import Exact\n" if literals else ""
    )
    return imports + "".join(lines)


def _is_number_literal(node: ast.Subscript) -> bool:
    """Whether a subscript is a `Literal` with an integer or a boolean."""
    is_literal = isinstance(node.value, ast.Name) and node.value.id == "Literal"
    members = (part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant))
    return is_literal and any(isinstance(value, int) for value in members)


def _config() -> "GenerateConfig":
    from datamodel_code_generator import InputFileType, LiteralType, PythonVersion, TargetPydanticVersion
    from datamodel_code_generator.config import GenerateConfig
    from datamodel_code_generator.enums import DataModelType, NamingStrategy
    from datamodel_code_generator.format import Formatter

    return GenerateConfig(
        input_file_type=InputFileType.OpenAPI,
        input_filename="contract",
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        target_pydantic_version=TargetPydanticVersion.V2_14,
        # distinguish an absent value from null
        strict_nullable=True,
        use_missing_sentinel=True,
        # a literal, because a shared enum class would carry one schema's default into another
        enum_field_as_literal=LiteralType.All,
        # name inline schemas after their parent, so that they do not take the name of another schema
        naming_strategy=NamingStrategy.ParentPrefixed,
        use_annotated=True,
        use_type_alias=True,
        snake_case_field=True,
        collapse_root_models=True,
        use_schema_description=True,
        use_single_line_docstring=True,
        use_double_quotes=True,
        disable_future_imports=True,
        disable_timestamp=True,
        custom_file_header="#",
        formatters=[Formatter.BUILTIN],
    )
