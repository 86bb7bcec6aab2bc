"""The pydantic models: datamodel-code-generator makes them. Only this module knows it.

It is given a contract in which only structure is left: the keywords that it shall know and no others, no
examples, and descriptions only where they are plain sentences.
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
from freehold.printing.python_sources import Files, pretty
from freehold.reading.document import Document

if TYPE_CHECKING:  # importing it takes a while, and only `generate` and `check` need it
    from datamodel_code_generator.config import GenerateConfig

_PLAIN = re.compile(r"[A-Za-z0-9 ,.;:()'/_-]{1,90}[.]")
_STRUCTURE = frozenset(
    """
    $ref type nullable format enum const default readOnly writeOnly items properties required
    additionalProperties unevaluatedProperties allOf oneOf anyOf discriminator minLength maxLength pattern
    minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems
    """.split()  # noqa: SIM905 - it reads as a text
)
_FORMATS = {  # texts that stand for something else, and the type that reads them
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
_INTEGERS = {"int32": ("Int32", -(2**31), 2**31 - 1), "int64": ("Int64", -(2**63), 2**63 - 1)}
_BYTES = frozenset({"byte", "binary"})
_IN_BYTES: dict[str, Callable[[int], int]] = {  # four letters of base64 are three bytes
    "minLength": lambda letters: max(0, (letters + 3) // 4 * 3 - 2),
    "maxLength": lambda letters: letters // 4 * 3,
}
_COMPOSED = ("allOf", "oneOf", "anyOf")
_OURS = "Problem"  # the service writes problems by hand, and no client sends one


def emit(effective: Document, overrides: str) -> Files:
    """`schemas.py`: what goes over the wire."""
    found = {name: _schema(schema.value) for name, schema in schemas(effective) if name != _OURS}
    contract = {"openapi": effective.root["openapi"], "info": {"title": "", "version": ""}, "paths": {}}
    models = _exact(_generate(contract | {"components": {"schemas": found}}))
    taken = list(_taken(effective, ast.parse(models)))
    if taken:
        raise ContractError(taken)
    return pretty({PurePosixPath("schemas.py"): f'"""What goes over the wire."""\n\n{models}'}, overrides)


def _taken(effective: Document, models: ast.Module) -> Iterator[Problem]:
    """The schemas whose class is something else: one without a name took theirs."""
    classes = {node.name: set(_fields(node)) for node in models.body if isinstance(node, ast.ClassDef)}
    for name, schema in schemas(effective):
        if name != _OURS and name in classes and properties(schema).keys() - classes[name]:
            fix = "Rename it, or give the schema that is written inside another one a name of its own."
            yield schema.problem(f"a schema without a name becomes the class {name}, as does this one", fix)


def _fields(cls: ast.ClassDef) -> Iterator[str]:
    """The names on the wire of a class's fields."""
    for field in cls.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            words = [word for part in ast.walk(field) if isinstance(part, ast.Call) for word in part.keywords]
            aliases = [ast.literal_eval(word.value) for word in words if word.arg == "alias"]
            yield aliases[0] if aliases else field.target.id


def _schema(value: dict[str, Any]) -> dict[str, Any]:
    """A named schema; its description becomes the docstring of its class."""
    said = " ".join(str(value.get("description", "")).split())
    plain: dict[str, Any] = _structure(value)
    return plain | ({"description": said} if _PLAIN.fullmatch(said) else {})


def _structure(value: Any) -> Any:
    """What a schema demands, without what it says about itself."""
    if not isinstance(value, dict):
        return value
    kept = {key: part for key, part in value.items() if key in _STRUCTURE}
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = {name: _structure(part) for name, part in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _structure(kept["items"])
    for word in _COMPOSED:
        if word in kept:
            kept[word] = [_structure(part) for part in kept[word]]
    _formatted(kept)
    _counted(kept)
    return kept


def _formatted(schema: dict[str, Any]) -> None:
    """Say what a format means in words that the maker of the models knows."""
    form = schema.get("format")
    if form == "password":
        del schema["format"]
    if form in _BYTES:
        schema |= {key: bound(schema[key]) for key, bound in _IN_BYTES.items() if key in schema}
    if form == "uuid" and schema.get("pattern") == PATTERNS[form]:
        schema["customTypePath"] = "runtime.http.field_types.Uuid"
        del schema["pattern"]
        _apart(schema)
    if form in _FORMATS:
        schema["customTypePath"] = _FORMATS[form]
        schema.pop("pattern", None)
        if schema.get("maxLength") == MAX_LENGTHS.get(form):
            schema.pop("maxLength", None)
        _apart(schema)


def _counted(schema: dict[str, Any]) -> None:
    """An integer that a client sends has the type that knows its bounds: 1.0 is one too (JSON Schema)."""
    kinds = schema.get("type")
    bounds = _INTEGERS.get(schema.get("format", "int64"))
    if "integer" not in (kinds if isinstance(kinds, list) else [kinds]) or not bounds or "enum" in schema:
        return
    name, least, most = bounds
    if {"minimum", "exclusiveMinimum"} & schema.keys() and {"maximum", "exclusiveMaximum"} & schema.keys():
        schema["customTypePath"] = f"runtime.http.field_types.{name}"
        for key, bound in (("minimum", least), ("maximum", most)):
            if schema.get(key) == bound:
                del schema[key]
        _apart(schema)


def _apart(schema: dict[str, Any]) -> None:
    """Say null apart from a type of ours, which would take its place too."""
    kinds = schema["type"]
    if not schema.pop("nullable", False) and not isinstance(kinds, list):
        return
    kind = next(kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")
    plain = {key: schema.pop(key) for key in [*schema] if key != "default"} | {"type": kind}
    schema["anyOf"] = [plain, {"type": "null"}]


def _generate(contract: dict[str, Any]) -> str:
    from datamodel_code_generator import generate

    generated = generate(json.dumps(contract), config=_config())
    if not isinstance(generated, str):
        raise TypeError("datamodel-code-generator gave no single module, which is a fault of Freehold")
    return generated.removeprefix("#").replace(
        "from runtime.http.field_types import", "from .runtime.http.field_types import"
    )


def _exact(models: str) -> str:
    """Let literals of numbers refuse true and false, which Python counts among them."""
    whole = ast.parse(models)
    found = [node for node in ast.walk(whole) if isinstance(node, ast.Subscript) and _has_numbers(node)]
    lines = models.splitlines(keepends=True)
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[node.lineno - 1].encode()
        start, end = node.col_offset, node.end_col_offset
        exact = b"Annotated[%s, Exact]" % line[start:end]
        lines[node.lineno - 1] = (line[:start] + exact + line[end:]).decode()
    imports = "from typing import Annotated\n\nfrom .runtime.http.field_types import Exact\n" if found else ""
    return imports + "".join(lines)


def _has_numbers(node: ast.Subscript) -> bool:
    """Whether it is a literal of integers or of booleans."""
    literal = isinstance(node.value, ast.Name) and node.value.id == "Literal"
    members = (part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant))
    return literal and any(isinstance(value, int) for value in members)


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
        # absent, null and present are three things
        strict_nullable=True,
        use_missing_sentinel=True,
        # a literal, because a shared enum class would carry one schema's default into another
        enum_field_as_literal=LiteralType.All,
        # what has no name is called after what it is in, so that it takes no name of the contract
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
