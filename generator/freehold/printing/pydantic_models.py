"""Generates the pydantic models with datamodel-code-generator, which only this module uses.

Its input is a contract reduced to structure: only listed keywords, no examples, and descriptions only where
they are plain sentences. Contract text cannot reach the generated code in any other way.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from freehold.contract.resources import properties, schemas
from freehold.ground.naming import class_name, column_name, snake_case
from freehold.ground.problems import ContractError, Problem
from freehold.printing.model_schemas import DECIMAL, ModelSchemas
from freehold.printing.python_sources import Files, format_sources
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import unescape_token

if TYPE_CHECKING:  # importing it takes a while, and only `generate` and `check` need it
    from datamodel_code_generator.config import GenerateConfig

_PLAIN_SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:()'/_-]{1,90}[.]")
_SCHEMAS = "#/components/schemas/"
_REFERENCE = re.compile(f"{_SCHEMAS}([^/]+)(.*)")
_LARGE = 20_000  # characters of JSON
_PROBLEM_SCHEMA = "Problem"  # the runtime has its own class, and no client sends one


def emit(effective: Document, overrides_package: str) -> Files:
    """Generate schemas.py.

    Raises ContractError when two schemas would become one class.
    """
    prepared = ModelSchemas(effective).named()
    components: dict[str, Any] = {
        class_name(name): _with_classes(_with_description(prepared[name], schema))
        for name, schema in schemas(effective)
        if name != _PROBLEM_SCHEMA
    }
    contract = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}
    whole = contract | {"components": {"schemas": components}}
    models = _with_decimals(_generate(whole, _field_names(components))) if components else ""
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


def _generate(contract: dict[str, Any], field_names: Mapping[str, str]) -> str:
    text = json.dumps([contract, dict(field_names)])
    is_alone = len(text) > _LARGE and "datamodel_code_generator" not in sys.modules
    generated = _in_another_process(text) if is_alone else generate_models(text)
    return generated.removeprefix("#").replace("\nfrom runtime.http.", "\nfrom .runtime.http.")


def _in_another_process(text: str) -> str:
    """Generate the models where the memory that it takes, 30 MB, is not needed beside a large contract."""
    code = f"import sys; from {__name__} import generate_models as g; sys.stdout.write(g(sys.stdin.read()))"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout  # noqa: S603


def generate_models(text: str) -> str:
    """Generate the models of a contract, which comes with the names of its fields in JSON."""
    from datamodel_code_generator import generate

    contract, field_names = json.loads(text)
    generated = generate(json.dumps(contract), config=_config(field_names))
    if not isinstance(generated, str):
        raise TypeError("datamodel-code-generator returned several modules, which is a bug in Freehold")
    return generated


def _config(field_names: Mapping[str, str]) -> "GenerateConfig":
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
        aliases=dict(field_names) or None,
        collapse_root_models=True,
        use_schema_description=True,
        use_single_line_docstring=True,
        use_double_quotes=True,
        disable_future_imports=True,
        disable_timestamp=True,
        custom_file_header="#",
        formatters=[Formatter.BUILTIN],
    )
