"""Loads a contract with all its files and checks that every `$ref` exists."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from freehold.contract import vocabulary
from freehold.contract.normalizing.steps import normalize
from freehold.contract.validation.schema_dialect import SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.ground.problems import ContractError, Problem
from freehold.reading.bundle import bundle
from freehold.reading.document import Document, unresolved_ref_problem
from freehold.reading.referenced_files import is_data

_MAX_REF_CHAIN = 16
_CONVERT = (
    "Convert it first, for example with `npx swagger2openapi --outfile openapi.yaml FILE`,\n"
    "or in editor.swagger.io with Edit > Convert to OpenAPI 3."
)
_BOOLEAN_SCHEMAS = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contentSchema")
"""Keywords whose value stays a boolean, as it usually is one."""


def load(path: Path) -> Document:
    """Load a contract with all its files. Raises ContractError with all problems that prevent it."""
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    whole = bundle(path, file)
    document = Document(file, _without_boolean_schemas(whole.root), whole.locations)
    _require_openapi_3(document)
    problems = [*whole.problems, *_unresolved_refs(document)]
    if problems:
        raise ContractError([*problems, *unknown_key_problems(document, surely=True)])
    return normalize(document)


def _require_openapi_3(document: Document) -> None:
    """Raise ContractError for Swagger 2.0, which has other words for almost everything."""
    declared = document.root_node.get("swagger")
    if declared is not None and document.root_node.get("openapi") is None:
        what = f"this is a contract in Swagger {declared.value}, the format before OpenAPI 3"
        raise ContractError([declared.problem(what, _CONVERT, "FH110")])


def _without_boolean_schemas(root: Any) -> Any:
    """The contract with `{}` for a schema `true`, and `{"not": {}}` for `false`, which mean the same."""
    schemas = root.get("components", {}).get("schemas") if isinstance(root, Mapping) else None
    if isinstance(schemas, dict):
        schemas |= {name: _without_booleans(schema) for name, schema in schemas.items()}
    return root


def _without_booleans(schema: Any) -> Any:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if isinstance(schema, dict):
        for word, part in schema.items():
            if word in SCHEMA_MAPPINGS and isinstance(part, dict):
                schema[word] = {name: _without_booleans(inner) for name, inner in part.items()}
            elif word in SCHEMA_LISTS and isinstance(part, list):
                schema[word] = [_without_booleans(inner) for inner in part]
            elif word in SINGLE_SCHEMAS and not (word in _BOOLEAN_SCHEMAS and isinstance(part, bool)):
                schema[word] = _without_booleans(part)
    return schema


def unknown_key_problems(document: Document, *, surely: bool = False) -> Iterator[Problem]:
    """Yield a problem for each unknown key; if `surely`, only for those that resemble a known key."""
    for found in vocabulary.find_unknown_keys(document.root):
        if surely and not found.suggestion:
            continue
        yield document.problem_at_key(found.pointer, found.message, found.fix, "FH102")


def _unresolved_refs(document: Document) -> Iterator[Problem]:
    """Yield a problem for each `$ref` that does not exist. Only rejected references to files are left here.

    If a key on the path is misspelled, only the misspelled key is reported.
    """
    meant = tuple(
        f"#{m.parent_pointer}/{m.suggestion}/"
        for m in vocabulary.find_unknown_keys(document.root)
        if m.suggestion
    )
    for pointer in document.positions:
        node = document.node_at(pointer) if pointer.endswith("/$ref") else None
        if node is None or not isinstance(node.value, str) or is_data(pointer):
            continue
        seen = {pointer}
        while node is not None and isinstance(node.value, str) and node.value.startswith("#"):
            target = document.node_at(node.value.removeprefix("#")) if node.value.startswith("#/") else None
            if target is None:
                refused = _is_rejected_ref(document, node.value.removeprefix("#"))
                if not refused and not node.value.startswith(meant):
                    yield unresolved_ref_problem(node)
                break
            node = target.document.node_at(f"{target.pointer}/$ref")
            if node is not None and node.pointer in seen:
                yield node.problem("this $ref points to itself", "Point it to a schema.", "FH021")
                break
            seen.add(node.pointer if node else "")
            if len(seen) > _MAX_REF_CHAIN:
                yield document.problem(
                    pointer, f"more than {_MAX_REF_CHAIN} chained $refs", "Reference the schema directly."
                )
                break


def _is_rejected_ref(document: Document, pointer: str) -> bool:
    """Whether a pointer leads into a part of another file that `bundle` has rejected."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        around = document.node_at(f"{pointer}/$ref")
        if around is not None and isinstance(around.value, str) and not around.value.startswith("#"):
            return True
    return False
