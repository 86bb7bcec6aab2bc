"""Loads a contract with all its files and checks that every `$ref` exists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freehold.contract import vocabulary
from freehold.contract.normalizing.parameters.schema_words import move_schema_words
from freehold.contract.normalizing.plain_values import plain_values
from freehold.contract.normalizing.steps import normalize
from freehold.contract.validation.schema_dialect import SCHEMA_LISTS, SCHEMA_MAPPINGS, SINGLE_SCHEMAS
from freehold.ground.problems import ContractError, Problem
from freehold.reading.bundle import bundle
from freehold.reading.document import Document, Node, unresolved_ref_problem
from freehold.reading.referenced_files import is_data
from freehold.reading.yaml_parser import MAX_PROBLEMS

_MAX_REF_CHAIN = 16
_CONVERT = (
    "Convert it first, for example with `npx swagger2openapi --outfile openapi.yaml FILE`,\n"
    "or in editor.swagger.io with Edit > Convert to OpenAPI 3."
)
_BOOLEAN_SCHEMAS = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contentSchema")
"""Keywords whose value stays a boolean, as it usually is one."""


@dataclass(frozen=True)
class LoadedContract:
    """A contract with the problems of its files and of its `$ref`."""

    document: Document
    problems: tuple[Problem, ...]
    broken_refs: frozenset[str]
    """The pointers of each `$ref` that does not resolve."""


def load(path: Path) -> Document:
    """Load a contract with all its files. Raises ContractError with all problems that prevent it."""
    found = load_tolerantly(path)
    if found.problems:
        misspelled = unknown_key_problems(found.document, surely=True)
        raise ContractError([*found.problems[:MAX_PROBLEMS], *misspelled])
    return normalize(found.document)


def load_tolerantly(path: Path) -> LoadedContract:
    """Load a contract that may have problems. Raises ContractError for a file that cannot be read."""
    document, file_problems = _read(path)
    broken = dict(_broken_refs(document))
    problems = [*file_problems, *(problem for problem in broken.values() if problem)]
    return LoadedContract(document, tuple(problems), frozenset(broken))


def source_files(path: Path) -> list[Path]:
    """Return the files of a contract. Raises ContractError for a file that cannot be read."""
    names = {place.file for place in _read(path)[0].positions.values()}
    return sorted({Path(name).resolve() for name in names})


def _read(path: Path) -> tuple[Document, tuple[Problem, ...]]:
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    whole = bundle(path, file)
    document = Document(file, _without_boolean_schemas(plain_values(whole.root)), whole.locations)
    _require_openapi_3(document)
    return move_schema_words(document), whole.problems


def _require_openapi_3(document: Document) -> None:
    """Raise ContractError for Swagger 2.0, which has other words for almost everything."""
    declared = document.root_node.get("swagger")
    if declared is not None and document.root_node.get("openapi") is None:
        what = f"this is a contract in Swagger {declared.value}, the format before OpenAPI 3"
        raise ContractError([declared.problem(what, _CONVERT, "FH110")])


def _without_boolean_schemas(root: Any) -> Any:
    """The contract with `{}` for a schema `true`, and `{"not": {}}` for `false`, which mean the same."""
    components = root.get("components") if isinstance(root, Mapping) else None
    schemas = components.get("schemas") if isinstance(components, Mapping) else None
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


def broken_refs(document: Document) -> frozenset[str]:
    """Return the pointers of each `$ref` that does not resolve."""
    return frozenset(pointer for pointer, _ in _broken_refs(document))


def _broken_refs(document: Document) -> Iterator[tuple[str, Problem | None]]:
    """Yield the pointer of each `$ref` that does not resolve, with its problem.

    It has none if it was reported already: as a rejected reference to a file, or as a misspelled key.
    """
    meant = tuple(
        f"#{m.parent_pointer}/{m.suggestion}/"
        for m in vocabulary.find_unknown_keys(document.root)
        if m.suggestion
    )
    for pointer in document.positions:
        node = document.node_at(pointer) if pointer.endswith("/$ref") and not is_data(pointer) else None
        if node is None or not isinstance(node.value, str):
            continue
        found = _broken_end(node)
        if found is not None:
            target, problem = str(found[0].value), found[1]
            is_reported = not target.startswith("#") or target.startswith(meant)
            is_reported |= _is_rejected_ref(document, target.removeprefix("#"))
            yield pointer, None if is_reported and problem.code == "FH020" else problem


def _broken_end(reference: Node) -> tuple[Node, Problem] | None:
    """Follow a `$ref`. Returns the `$ref` that does not resolve and why, or None if all do."""
    document, node = reference.document, reference
    seen = {reference.pointer}
    while isinstance(node.value, str):
        target = document.node_at(node.value.removeprefix("#")) if node.value.startswith("#/") else None
        if target is None:
            return node, unresolved_ref_problem(node)
        above = document.node_at(f"{target.pointer}/$ref")
        if above is None:
            return None
        if above.pointer in seen:
            return above, above.problem("this $ref points to itself", "Point it to a schema.", "FH021")
        node = above
        seen.add(node.pointer)
        if len(seen) > _MAX_REF_CHAIN:
            what = f"more than {_MAX_REF_CHAIN} chained $refs"
            return reference, reference.problem(what, "Reference the schema directly.")
    return None


def _is_rejected_ref(document: Document, pointer: str) -> bool:
    """Whether a pointer leads into a part of another file that `bundle` has rejected."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        around = document.node_at(f"{pointer}/$ref")
        if around is not None and isinstance(around.value, str) and not around.value.startswith("#"):
            return True
    return False
