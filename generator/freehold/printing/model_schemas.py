"""The structure of a schema that a pydantic model can express; all else is `Any`, and the document judges it.

A model converts and never refuses what the document accepts. So a constraint stays only where pydantic means
exactly what JSON Schema means: lengths of texts and arrays, and bounds of integers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.messages import is_form, media_types
from freehold.contract.operations.contract_operation import BODY_SUFFIXES, ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import has_name, properties, resources, schemas
from freehold.contract.rows.column_types import column_type, is_decimal_or_number
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.printing.form_schemas import UPLOAD, UPLOAD_TYPE, with_uploads
from freehold.reading.document import Document, Node

Schema = dict[str, Any]

_TYPES, DECIMAL = "runtime.http.field_types", "DecimalText"
_FORMATS = {  # texts that stand for something else in a column, and the type that converts them
    "byte": "Base64",
    "binary": "Base64",
    "decimal": DECIMAL,
    "date": "FullDate",
    "time": "FullTime",
    "date-time": "DateTime",
    "uuid": "Uuid",
}
_INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_APPLICATORS = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
_JSON_TYPES = {str: "string", bool: "boolean", int: "integer"}
_NULL_OF_3_0: Schema = {"nullable": True, "enum": [None]}
_LARGEST_SIZE = 2**31
_ANY: Schema = {}


class ModelSchemas:
    """Prepares the schemas of one document for the maker of models."""

    def __init__(self, effective: Document) -> None:
        self._document = effective
        self._values = _nested_in_values(effective)
        """The named schemas that only describe what is inside a value, where formats stay texts."""
        self._rows = {
            body.name
            for operation in operations(effective)
            if operation.kind in BODY_SUFFIXES
            for body in filter(None, (operation.body_schema(), operation.row_body()))
        }
        """The named schemas of bodies that set columns, and of what is in their envelopes."""
        self._forms = {
            body.name
            for operation in operations(effective)
            if is_form(media_types(operation.node.get("requestBody"))) and (body := operation.body_schema())
        }
        """The named schemas of forms, which can have files."""

    def named(self) -> dict[str, Schema]:
        """Each named schema that a class, or a plain type, stands for."""
        return {name: self._named(name, schema) for name, schema in schemas(self._document)}

    def _named(self, name: str, schema: Node) -> Schema:
        value = schema.value
        if not isinstance(value, Mapping):
            return _ANY
        value = with_uploads(value) if name in self._forms else value
        result = self._schema(value, nested=name in self._values, top=True)
        if name in self._rows and result.get("additionalProperties") is True:
            del result["additionalProperties"]  # pydantic then ignores what has no column
        return result

    def _schema(self, value: Any, *, nested: bool, top: bool = False) -> Schema:
        if not isinstance(value, Mapping):
            return dict(_ANY)
        if "$ref" in value:
            return self._reference(value, nested=nested)
        inner = _without_null(value)
        if inner is not None:
            return _or_null(self._schema(inner, nested=nested)) | ({} if nested else _kept(value, "default"))
        inner = _only_part(value)
        if inner is not None:
            result = self._schema(inner, nested=nested)
            if value.get("nullable") is True:
                result = _or_null(result)
            default = {} if nested else _kept(value, "default")
            return {"allOf": [result]} | default if default and "$ref" in result else result | default
        kind, null = _type(value)
        is_open = kind == "object" and "type" not in value and (nested or not top)
        if is_open or (nested and is_decimal_or_number(value)):
            return dict(_ANY)  # it allows other types too
        result = self._of_type(kind, value, nested=nested, top=top)
        result |= {} if nested else _kept(value, "default")
        return _or_null(result) if null and result != _ANY else result

    def _reference(self, value: Mapping[str, Any], *, nested: bool) -> Schema:
        reference = {"$ref": value["$ref"]}
        target = self._document.node_at(str(value["$ref"]).removeprefix("#"))
        referred = target.value if target and isinstance(target.value, Mapping) else {}
        constraints, whole = _constraints(value), {**referred, **value}
        beside = {word: part for word, part in value.items() if word in constraints and word != "$ref"}
        beside |= {} if nested else _kept(whole, "default")
        is_object = target is not None and bool(properties(target))
        is_column = target is not None and nested and target.name not in self._values
        if is_object or not (beside or is_column):
            return reference
        return self._schema({**referred, **beside}, nested=nested)

    def _of_type(self, kind: str | None, value: Mapping[str, Any], *, nested: bool, top: bool) -> Schema:
        if kind == "object":
            return self._object(value, nested=nested or not top)
        if _APPLICATORS & value.keys() and (kind is None or kind == "array"):
            return dict(_ANY)
        if kind == "array":
            return self._array(value, nested=nested)
        return _scalar(kind, value, nested=nested)

    def _object(self, value: Mapping[str, Any], *, nested: bool) -> Schema:
        parts = [value, *self._all_of(value)]
        named = {name: part for whole in parts for name, part in whole.get("properties", {}).items()}
        if not named:
            return {"type": "object", "additionalProperties": True}
        required = [name for whole in parts for name in whole.get("required", ()) if name in named]
        closed = value.get("additionalProperties") is False and "patternProperties" not in value
        result: Schema = {
            "type": "object",
            "properties": {name: self._schema(part, nested=nested) for name, part in named.items()},
            "additionalProperties": not closed,
        }
        if not nested and not closed and "additionalProperties" not in value:
            del result["additionalProperties"]
        return result | ({"required": list(dict.fromkeys(required))} if required else {})

    def _all_of(self, value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for part in value.get("allOf", ()):
            target = self._target(part)
            if isinstance(target, Mapping):
                yield target
                yield from self._all_of(target)

    def _target(self, value: Any) -> Any:
        """The schema that a chain of references leads to."""
        target = value
        while isinstance(target, Mapping) and "$ref" in target:
            found = self._document.node_at(str(target["$ref"]).removeprefix("#"))
            target = found.value if found else None
        return target

    def _array(self, value: Mapping[str, Any], *, nested: bool) -> Schema:
        if "prefixItems" in value:
            return {"type": "array", "items": {}}
        items = value.get("items", {})
        target = self._target(items)
        scalar = isinstance(target, Mapping) and _type(target)[0] not in ("object", "array", None)
        result: Schema = {"type": "array", "items": self._schema(items, nested=nested or not scalar)}
        return result | _sizes(value, "minItems", "maxItems")


def _constraints(value: Mapping[str, Any]) -> set[str]:
    """The keywords of a schema that say more about its values than a text for people."""
    return {*DECIDING_KEYWORDS & value.keys()}


def _kept(value: Mapping[str, Any], *words: str) -> Schema:
    return {word: _whole(value[word]) for word in words if word in value}


def _sizes(value: Mapping[str, Any], *words: str) -> Schema:
    """Limits of a size, without those that no value reaches: pydantic counts in 64 bits."""
    return {word: size for word, size in _kept(value, *words).items() if size < _LARGEST_SIZE}


def _whole(value: Any) -> Any:
    """A bound or a default such as 2.0 as the integer that it is."""
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _without_null(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """X of `anyOf: [X, {type: "null"}]`, if that is what a schema says."""
    for word in ("anyOf", "oneOf"):
        choices = value.get(word)
        if isinstance(choices, list) and _constraints(value) == {word}:
            remaining = [choice for choice in choices if not _is_null(choice)]
            if len(remaining) == 1 and len(choices) - len(remaining) <= 1:
                return remaining[0] if isinstance(remaining[0], Mapping) else None
    return None


def _is_null(schema: Any) -> bool:
    if schema == _NULL_OF_3_0:
        return True
    return isinstance(schema, Mapping) and schema.get("type") == "null" and _constraints(schema) == {"type"}


def _only_part(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """X of `allOf: [X]`, which OpenAPI 3.0 needs for words beside a reference."""
    parts = value.get("allOf")
    if not isinstance(parts, list) or len(parts) != 1 or _constraints(value) - {"nullable"} != {"allOf"}:
        return None
    return parts[0] if isinstance(parts[0], Mapping) else None


def _type(value: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The one type of JSON besides null, if there is one, and whether null is a type too."""
    declared_type = value.get("type")
    if declared_type is None and ("enum" in value or "const" in value):
        values = [value["const"]] if "const" in value else value["enum"]
        kinds = {_JSON_TYPES.get(type(one)) for one in values if one is not None}
        return (kinds.pop() if len(kinds) == 1 else None), None in values
    if declared_type is None and ("properties" in value or "allOf" in value):
        return "object", value.get("nullable") is True
    declared = declared_type if isinstance(declared_type, list) else [declared_type]
    names = [kind for kind in declared if kind != "null"]
    null = value.get("nullable") is True or "null" in declared
    if is_decimal_or_number(value):
        return "string", null
    return (str(names[0]) if len(names) == 1 and names[0] is not None else None), null


def _or_null(schema: Schema) -> Schema:
    """Null set apart, as a type of ours would take its place too."""
    is_plain = not {"customTypePath", "properties", "enum"} & schema.keys()
    if is_plain and isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    inner = {word: part for word, part in schema.items() if word != "default"}
    return {"anyOf": [inner, {"type": "null"}]} | _kept(schema, "default")


def _scalar(kind: str | None, value: Mapping[str, Any], *, nested: bool) -> Schema:
    if "enum" in value or "const" in value:
        return _enum(value, kind)
    if kind == "string":
        return _text(value, nested=nested)
    if kind == "integer":
        return _integer(value)
    if kind == "number":
        return {"type": "number", "customTypePath": f"{_TYPES}.{'Number' if nested else 'Double'}"}
    return {"type": "boolean"} if kind == "boolean" else dict(_ANY)


def _enum(value: Mapping[str, Any], kind: str | None) -> Schema:
    values = [value["const"]] if "const" in value else [one for one in value["enum"] if one is not None]
    plain = {_JSON_TYPES.get(type(one)) for one in values}
    if len(plain) != 1 or None in plain or plain != {kind}:
        return dict(_ANY)
    return {"type": kind, "enum": values}


def _text(value: Mapping[str, Any], *, nested: bool) -> Schema:
    form = value.get("format")
    if form == UPLOAD:
        return {"type": "string", "customTypePath": UPLOAD_TYPE}
    if form in _FORMATS and not nested:
        return {"type": "string", "customTypePath": f"{_TYPES}.{_FORMATS[form]}"}
    return {"type": "string"} | _sizes(value, "minLength", "maxLength")


def _integer(value: Mapping[str, Any]) -> Schema:
    least, most = _INTEGERS.get(str(value.get("format")), _INTEGERS["int64"])
    bounds = _kept(value, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    own = {word: bound for word, bound in bounds.items() if bound not in (least, most) and _is_whole(bound)}
    return {"type": "integer"} | own


def _is_whole(bound: Any) -> bool:
    return isinstance(bound, int) and not isinstance(bound, bool)


def _nested_in_values(document: Document) -> set[str]:
    """The names of schemas that are used inside values of properties, and nowhere as a row or a body."""
    inside: set[str] = set()
    remaining = [prop for schema in resources(document).values() for prop in _object_properties(schema)]
    remaining += [prop for operation in operations(document) for prop in _objects_in_body(operation)]
    seen: set[str] = set()
    while remaining:
        node = remaining.pop()
        if node.pointer in seen or not isinstance(node.value, Mapping):
            continue
        seen.add(node.pointer)
        if has_name(node) and "x-resource" not in node.value:
            inside.add(node.name)
        items = node.get("items")
        remaining += [*properties(node).values(), *([items] if items else [])]
        found = [choices for word in ("allOf", "anyOf", "oneOf") if (choices := node.get(word))]
        remaining += [choice for choices in found for choice in choices.elements()]
    return inside


def _objects_in_body(operation: ContractOperation) -> list[Node]:
    """The same in a body that writes columns, which can have schemas of its own."""
    body = operation.row_body() if operation.kind in BODY_SUFFIXES else None
    return _object_properties(body) if body else []


def _object_properties(schema: Node) -> list[Node]:
    """The properties that are stored as documents."""
    return [prop for prop in properties(schema).values() if column_type(prop).column == "JSONB"]
