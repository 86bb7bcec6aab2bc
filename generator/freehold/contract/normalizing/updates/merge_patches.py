"""The schemas of merge patches (RFC 7396): what an update accepts for a property that is an object.

A patch has only the members that change, and null removes one. So its schema requires no member, lets each
one be null, and leaves out the keywords that only the merged object has to meet: the service validates it
after the merge. Arrays and scalars replace the stored value: their schemas stay as they are.
"""

import copy
from collections.abc import Mapping
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.request_bodies import fresh_name, replace_row
from freehold.contract.resources import properties, resources
from freehold.contract.rows.column_types import column_type
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token, resolve_pointer, unescape_token

_OF_THE_RESULT = frozenset(
    """
    required minProperties maxProperties dependentRequired dependentSchemas not if then else
    unevaluatedProperties discriminator default $defs
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Keywords that a merged object must meet, and a patch need not."""
_ANNOTATIONS = frozenset({"title", "description", "example", "examples", "default", "deprecated"})
_NULL: dict[str, Any] = {"type": "null"}
_NULL_OF_3_0: dict[str, Any] = {"nullable": True, "enum": [None]}


def object_properties(operation: ContractOperation) -> dict[str, str]:
    """Return the properties that an update merges, with the JSON pointers of the stored schemas."""
    resource = resources(operation.node.document).get(operation.resource or "")
    if operation.kind != "update" or resource is None:
        return {}
    body = properties(operation.row_body())
    return {
        name: f"{resource.pointer}/properties/{escape_token(name)}"
        for name, prop in properties(resource).items()
        if name in body and _can_be_object(prop)
    }


def _can_be_object(prop: Node) -> bool:
    """Whether a property is stored as JSON, and is not always an array."""
    kinds = prop.get_value("type", "object")
    return column_type(prop).column == "JSONB" and "object" in (kinds if isinstance(kinds, list) else [kinds])


def describe_patches(document: Document) -> None:
    """Replace the objects in the bodies of updates by the schemas of their patches.

    A body that has a schema of its own for an object keeps it: it says which patches are accepted.
    """
    patches, shared = PatchSchemas(document), _schemas_beside_updates(document)
    for operation in operations(document):
        body = operation.row_body()
        declared = body.value.get("properties", {}) if body else {}
        changed = {
            name: patches.derive(declared[name])
            for name, pointer in object_properties(operation).items()
            if _is_same_schema(declared[name], resolve_pointer(document.root, pointer))
        }
        if body and changed:
            own = _separate_body(operation, body) if body.pointer in shared else body
            own.value["properties"] |= changed


def _schemas_beside_updates(document: Document) -> set[str]:
    """The pointers of schemas that something else than the body of an update refers to."""
    updates = [o for o in operations(document) if o.kind == "update"]
    others = [o for o in operations(document) if o.kind != "update"]
    pointers = {body.pointer for o in others for body in (o.body_schema(), o.row_body()) if body}
    wrapped = [
        body for o in updates if (row := o.written_row()) and row.envelope and (body := o.body_schema())
    ]
    envelopes = {id(body.value) for body in wrapped}
    left = [document.root]
    while left:
        part = left.pop()
        if id(part) in envelopes:
            continue
        if isinstance(part, Mapping):
            pointers |= {part["$ref"].removeprefix("#")} if isinstance(part.get("$ref"), str) else set()
            left += [inner for key, inner in part.items() if key not in ("requestBody", "requestBodies")]
        elif isinstance(part, list):
            left += part
    shared = [o for o in updates if (body := o.body_schema()) and body.pointer in pointers]
    return pointers | {body.pointer for o in shared if (body := o.row_body())}


def _separate_body(operation: ContractOperation, body: Node) -> Node:
    """Give an update a copy of a schema as its body: `TaskInputPatch` of `TaskInput`."""
    components = body.document.root["components"]["schemas"]
    name = fresh_name(components, f"{body.name}Patch")
    components[name] = copy.deepcopy(body.value)
    replace_row(operation, name, "Patch")
    return Node(body.document, f"/components/schemas/{name}", components[name])


def _is_same_schema(one: Any, other: Any) -> bool:
    """Whether two schemas differ at most in annotations."""
    return bool(_without_annotations(one) == _without_annotations(other))


def _without_annotations(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    return {word: part for word, part in schema.items() if word not in _ANNOTATIONS}


class PatchSchemas:
    """Derives the schemas of patches, and adds those of named schemas to `components`: `AddressPatch`."""

    def __init__(self, document: Document) -> None:
        self._root = document.root
        self._is_3_0 = str(document.root.get("openapi")).startswith("3.0")
        self._names: dict[str, str] = {}
        """The name of the patch schema for the `$ref` of a schema."""

    def derive(self, schema: Any) -> Any:
        """Return the schema of a patch. It accepts every patch that can lead to a value of `schema`."""
        if not isinstance(schema, Mapping) or not _may_be_object(schema):
            return copy.deepcopy(schema)
        patch = {word: copy.deepcopy(part) for word, part in schema.items() if word not in _OF_THE_RESULT}
        if "$ref" in patch:
            patch["$ref"] = self._reference(patch["$ref"])
            if self._is_3_0:  # it ignores what is beside a $ref
                return patch
        for word in ("properties", "patternProperties"):
            if word in patch:
                patch[word] = {name: self._member(part) for name, part in schema[word].items()}
        if isinstance(patch.get("additionalProperties"), Mapping):
            patch["additionalProperties"] = self._member(schema["additionalProperties"])
        self._derive_choices(schema, patch)
        if any(isinstance(value, Mapping) for value in _allowed_values(schema)):
            patch.pop("enum", None)
            patch.pop("const", None)
        return patch

    def _derive_choices(self, schema: Mapping[str, Any], patch: dict[str, Any]) -> None:
        """A patch of one branch can be a patch of others too, so `oneOf` becomes `anyOf`."""
        for word in ("allOf", "anyOf"):
            if word in patch:
                patch[word] = [self.derive(part) for part in schema[word]]
        if "oneOf" in patch:
            del patch["oneOf"]
            branches = [self.derive(part) for part in schema["oneOf"]]
            if "anyOf" in patch:
                patch["allOf"] = [*patch.get("allOf", ()), {"anyOf": branches}]
            else:
                patch["anyOf"] = branches

    def _member(self, schema: Any) -> Any:
        """The schema of a member in a patch: null removes it."""
        patch = self.derive(schema)
        if not isinstance(patch, Mapping) or _has_null(patch):
            return patch
        kind = patch.get("type")
        if isinstance(kind, str) and not {"enum", "const", "$ref"} & patch.keys():
            return {**patch, "nullable": True} if self._is_3_0 else {**patch, "type": [kind, "null"]}
        return {"anyOf": [patch, dict(_NULL_OF_3_0 if self._is_3_0 else _NULL)]}

    def _reference(self, reference: str) -> str:
        """The `$ref` of the patch schema of a named schema, or the same one where both would be equal."""
        if reference not in self._names:
            components = self._root["components"]["schemas"]
            described = unescape_token(reference.rpartition("/")[2])
            name = fresh_name(components, f"{described}Patch")
            self._names[reference] = name
            target = resolve_pointer(self._root, reference.removeprefix("#"))
            components[name] = {}  # a schema can refer to itself
            patch = self.derive(target)
            if patch == target:
                del components[name]
                self._names[reference] = ""
            else:
                description = f"A merge patch of {described} (RFC 7396)."
                components[name] = {**patch, "description": description}
        name = self._names[reference]
        return f"#/components/schemas/{name}" if name else reference


def _may_be_object(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", "object")
    return "object" in (kinds if isinstance(kinds, list) else [kinds])


def _allowed_values(schema: Mapping[str, Any]) -> list[Any]:
    return [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]


def _has_null(schema: Mapping[str, Any]) -> bool:
    """Whether a schema plainly allows null."""
    kinds, choices = schema.get("type"), schema.get("anyOf", ())
    if "enum" in schema and None not in schema["enum"]:
        return False
    is_typed = schema.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds)
    return is_typed or any(choice in (_NULL, _NULL_OF_3_0) for choice in choices) or not schema
