"""Names for schemas whose own OpenAPI does not allow (`Page«Item»`), or whose class another one has.

Likewise for paths whose parameters are not in braces, as in `/notes/:id`.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from freehold.contract.operations.inference import operations
from freehold.contract.rows.collection_paths import path_shape
from freehold.ground.naming import MAX_NAME_LENGTH, class_name, is_component_name, is_valid_class_name
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token, unescape_token
from freehold.reading.referenced_files import is_data
from freehold.workbench.importing.edits import Edit, Rename

_SCHEMAS = "/components/schemas/"
_REFERENCE = re.compile(r"#/components/schemas/(?P<name>[^/]+)(?P<inside>.*)")
_COLON_PARAMETER = re.compile(r"(?<=/):([A-Za-z_]\w*)(?=/|$)")
_NUMBER_LENGTH = 7  # characters that a suffix may need


def schema_renames(document: Document) -> list[list[Edit]]:
    """Return the edits for each schema that needs another name: of its key, and of each reference to it."""
    node = document.root_node.get_path("components", "schemas")
    names = list(node.value) if node is not None and isinstance(node.value, dict) else []
    implicit = _implicit_names(document)
    taken = set(names)
    found = []
    for name in _unfit_names([name for name in names if isinstance(name, str)]):
        if name in implicit:
            continue
        better = _legal_name(name, taken)
        taken.add(better)
        edits = [Edit(pointer, f"#{_SCHEMAS}{better}{inside}") for pointer, inside in _uses(document, name)]
        found.append([Rename(_SCHEMAS + escape_token(name), better), *edits])
    return found


def path_renames(document: Document, whole: Document) -> list[list[Edit]]:
    """Return the edit for each path with `:id` where its operations have a path parameter of that name.

    A path into which a reference leads keeps its name, and so does one that would match what another one
    matches. `whole` is the contract with its broken parts.
    """
    paths = document.root_node.get("paths")
    names = list(paths.value) if paths is not None and isinstance(paths.value, dict) else []
    declared: dict[str, set[str]] = {}
    for operation in operations(document):
        found = {str(p.get_value("name")) for p in operation.parameters() if p.get_value("in") == "path"}
        declared.setdefault(operation.path, set()).update(found)
    referred = _referred_paths(whole)
    new = {path: _in_braces(path, declared.get(path, set())) for path in names if isinstance(path, str)}
    new = {path: path if path in referred else better for path, better in new.items()}
    taken = [path_shape(path) for path in new.values()]
    return [
        [Rename(f"/paths/{escape_token(path)}", better)]
        for path, better in new.items()
        if better != path and taken.count(path_shape(better)) == 1
    ]


def _referred_paths(document: Document) -> set[str]:
    """Return the paths into which a reference leads."""
    pointers = [p for p in document.positions if p.endswith(("/$ref", "/operationRef"))]
    nodes = [document.node_at(pointer) for pointer in pointers]
    targets = [node.value for node in nodes if node and isinstance(node.value, str)]
    found = [target.partition("#/paths/")[2].partition("/")[0] for target in targets]
    return {unescape_token(unquote(token)) for token in found if token}


def _in_braces(path: str, names: set[str]) -> str:
    return _COLON_PARAMETER.sub(lambda found: f"{{{found[1]}}}" if found[1] in names else found[0], path)


def _unfit_names(names: list[str]) -> Iterator[str]:
    """Yield the names that OpenAPI does not allow, and those whose class another schema has by its name."""
    classes = {name for name in names if is_valid_class_name(name)}
    for name in names:
        is_new = is_valid_class_name(name) or class_name(name) not in classes
        if not is_component_name(name) or not is_new:
            yield name
        classes.add(class_name(name))


def _legal_name(name: str, taken: set[str]) -> str:
    words = re.findall(r"[A-Za-z0-9]+", name)
    plain = "".join(word[:1].upper() + word[1:] for word in words)
    plain = plain if plain[:1].isalpha() else f"Schema{plain}"
    plain = plain[: MAX_NAME_LENGTH - _NUMBER_LENGTH]
    candidates = (plain, f"{plain}Schema", *(f"{plain}Schema{n}" for n in range(2, len(taken) + 3)))
    return next(better for better in candidates if better not in taken and is_valid_class_name(better))


def _uses(document: Document, name: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each reference to a schema, and the part of it that is meant."""
    for pointer in document.positions:
        is_mapping = "/discriminator/mapping/" in pointer
        if not (pointer.endswith("/$ref") or is_mapping) or is_data(pointer):
            continue
        node = document.node_at(pointer)
        found = _REFERENCE.fullmatch(node.value) if node and isinstance(node.value, str) else None
        if found and unescape_token(unquote(found["name"])) == name:
            yield pointer, found["inside"]


def _implicit_names(document: Document) -> set[str]:
    """Return the names that are values of a discriminator, because it has no mapping for them."""
    found: set[str] = set()
    for pointer in document.positions:
        holder = document.node_at(pointer.rpartition("/")[0]) if pointer.endswith("/discriminator") else None
        if holder is None or not isinstance(holder.value, dict):
            continue
        mapping = holder.value["discriminator"].get("mapping") or {}
        targets = {str(target).rpartition("/")[2] for target in mapping.values()}
        found |= {name for name in _choices(holder.value) if name not in targets}
    return found


def _choices(schema: dict[str, Any]) -> Iterator[str]:
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        found = _REFERENCE.fullmatch(str(choice.get("$ref"))) if isinstance(choice, dict) else None
        if found:
            yield unescape_token(unquote(found["name"]))
