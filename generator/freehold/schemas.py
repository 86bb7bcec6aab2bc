"""The pydantic models: datamodel-code-generator makes them. Only this module knows it.

It is given a contract in which only structure is left: no examples, no words of ours, and descriptions only
where they are plain sentences.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from freehold.columns import base_type, present
from freehold.contract import Document
from freehold.problems import ContractError, Problem
from freehold.sources import Files, pretty
from freehold.vocabulary import properties, schemas

_PLAIN = re.compile(r"[A-Za-z0-9 ,.;:()'/_-]{1,90}[.]")
_DROPPED = frozenset(
    {"title", "description", "example", "examples", "deprecated", "externalDocs", "$comment"}
)
_PLAIN_TEXTS = frozenset({"email", "uri", "uri-reference", "hostname", "password"})  # a pattern says it all
_WIRE = "freehold_wire"  # stands for `.runtime.wire`, as only absolute names can be given
_TYPES = {
    **dict.fromkeys(("byte", "binary"), "pydantic.Base64Bytes"),
    "date": f"{_WIRE}.FullDate",
    "time": f"{_WIRE}.FullTime",
    "date-time": f"{_WIRE}.DateTime",
    "decimal": f"{_WIRE}.DecimalText",
}
_COMPOSED = ("allOf", "oneOf", "anyOf")
_OURS = "Problem"  # the service writes problems by hand, and no client sends one


def emit(effective: Document, overrides: str) -> Files:
    """`schemas.py`: what goes over the wire."""
    found = {name: _schema(schema.value) for name, schema in schemas(effective) if name != _OURS}
    contract = {"openapi": effective.root["openapi"], "info": {"title": "", "version": ""}, "paths": {}}
    models = _generate(contract | {"components": {"schemas": found}}, _types(effective))
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


def _types(effective: Document) -> dict[str, str]:
    """The fields whose format pydantic would read too generously, and bytes, which are base64 (RFC 4648)."""
    return {
        f"{name}.{key}": _TYPES[form]
        for name, schema in schemas(effective)
        for key, prop in properties(schema).items()
        if base_type(present(prop)) == "string" and (form := present(prop).plain("format")) in _TYPES
    }


def _schema(value: dict[str, Any]) -> dict[str, Any]:
    """A named schema; its description becomes the docstring of its class."""
    said = " ".join(str(value.get("description", "")).split())
    plain: dict[str, Any] = _structure(value)
    return plain | ({"description": said} if _PLAIN.fullmatch(said) else {})


def _structure(value: Any) -> Any:
    """What a schema demands, without what it says about itself."""
    if not isinstance(value, dict):
        return value
    kept = {key: part for key, part in value.items() if key not in _DROPPED and not key.startswith("x-")}
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = {name: _structure(part) for name, part in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _structure(kept["items"])
    for word in _COMPOSED:
        if word in kept:
            kept[word] = [_structure(part) for part in kept[word]]
    if kept.get("format") in _PLAIN_TEXTS:
        del kept["format"]
    if kept.get("format") in _TYPES:
        kept.pop("pattern", None)
    return kept


def _generate(contract: dict[str, Any], types: dict[str, str]) -> str:
    # Imported here: it takes a while, and only `generate` and `check` need it.
    from datamodel_code_generator import (
        InputFileType,
        LiteralType,
        PythonVersion,
        TargetPydanticVersion,
        generate,
    )
    from datamodel_code_generator.config import GenerateConfig
    from datamodel_code_generator.enums import DataModelType, NamingStrategy
    from datamodel_code_generator.format import Formatter

    config = GenerateConfig(
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
        type_overrides=types or None,
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
    generated = generate(json.dumps(contract), config=config)
    if not isinstance(generated, str):
        raise TypeError("datamodel-code-generator gave no single module, which is a fault of Freehold")
    return generated.removeprefix("#").replace(f"from {_WIRE} import", "from .runtime.wire import")
