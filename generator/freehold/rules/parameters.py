"""Rules about parameters: paths, names, types, filter extensions."""

import re
from collections.abc import Iterator

from freehold.contract.operations.contract_operation import (
    ContractOperation,
    duplicate_parameters,
    parameter_holders,
)
from freehold.contract.operations.deep_objects import is_deep_object, is_plain_object, split_objects
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import list_filters
from freehold.contract.resources import properties, resources
from freehold.contract.rows.collection_paths import page_array, parameters_of
from freehold.contract.rows.column_types import base_type, column_type, without_null
from freehold.ground.naming import MAX_NAME_LENGTH, parameter_name, plural_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_PATH_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SCALARS = ("string", "integer", "number", "boolean")
_EXTENSIONS = ("x-filter", "x-search", "x-sort")
_TEXT_OPERATORS = ("contains", "prefix", "search")
_TEXTS = ("String", "Text")
_NOT_COMPARABLE = ("ARRAY", "JSONB", "LargeBinary")


def path_parameters(document: Document) -> Iterator[Problem]:
    """Every parameter in a path is declared, and vice versa."""
    for operation in operations(document):
        braces = parameters_of(operation.path)
        declared = {
            str(p.get_value("name")): p for p in operation.parameters() if p.get_value("in") == "path"
        }
        for name in braces:
            if name not in declared:
                fix = f"Add {{name: {name}, in: path, required: true, schema: ...}} to `parameters`."
                yield operation.node.problem(f"the path parameter {{{name}}} is not declared", fix)
        for name, parameter in declared.items():
            if name not in braces:
                what, fix = (
                    f"{operation.path} has no {{{name}}}",
                    f"Remove it here, or add {{{name}}} to the path.",
                )
                if f":{name}" in operation.path.split("/"):
                    fix = f"Write {{{name}}} instead of :{name} in the path."
                yield document.problem(_place_in_list(operation, parameter), what, fix)
            if parameter.get_value("required") is not True:
                yield parameter.problem("a path parameter must be required", "Add `required: true`.")


def _place_in_list(operation: ContractOperation, parameter: Node) -> str:
    """Return the pointer of a parameter in the list of its operation or path, where it may be a `$ref`."""
    for around in (operation.node, operation.path_item):
        listed = around.get("parameters")
        for index, found in enumerate(listed.elements() if listed else ()):
            if found.pointer == parameter.pointer and listed:
                return f"{listed.pointer}/{index}"
    return parameter.pointer


def parameter_names(document: Document) -> Iterator[Problem]:
    """Parameters have names that differ from what the generated code calls the rows of an operation."""
    for operation in operations(document):
        answer = operation.page_schema()
        page = page_array(answer) if answer else None
        taken = (plural_name(operation.resource or ""), page[0] if page else "")
        for parameter in operation.parameters():
            name, place = str(parameter.get_value("name", "")), parameter.get_value("in")
            is_unfit = len(name) > MAX_NAME_LENGTH or (place == "path" and not _PATH_NAME.fullmatch(name))
            if is_unfit or not name or parameter_name(name) in taken:
                fix = f"Use letters, digits and `_`, {MAX_NAME_LENGTH} at most, and not the name of the rows."
                yield parameter.problem(f"a parameter cannot be named {name}", fix)


def parameter_contents(document: Document) -> Iterator[Problem]:
    """A parameter has a `schema`. OpenAPI allows `content` instead, and never both (3.1, 4.8.12.2)."""
    every = list[Node]()
    for holder in parameter_holders(document):
        listed = holder.get("parameters")
        every += listed.elements() if listed else ()
    for parameter in {parameter.pointer: parameter for parameter in every}.values():
        content = parameter.get("content")
        if content is not None:
            what = f"the parameter {parameter.get_value('name')} has `content`, which is not supported"
            fix = "Write `schema` instead: `{type: string}` for JSON, which an operation of your own parses."
            if "schema" in parameter.value:
                what, fix = f"{what} beside `schema`", "Remove it: a parameter has one of the two."
            yield content.problem(what, fix)


def repeated_parameters(document: Document) -> Iterator[Problem]:
    """A list of parameters has each of them once (OpenAPI 3.1, 4.8.9.1 and 4.8.10.1).

    A parameter of an operation may be one of its path, too: it takes precedence.
    """
    for holder in parameter_holders(document):
        for pointer, parameter, first in duplicate_parameters(holder):
            name, line = parameter.get_value("name"), document.problem(first, "").line
            what = f"the {parameter.get_value('in')} parameter {name} is declared twice: see line {line}"
            yield document.problem(pointer, what, "Remove it, or rename one of the two.")


def parameter_types(document: Document) -> Iterator[Problem]:
    """A parameter is a scalar, or an array in a query. A filter has the type of its property."""
    found = resources(document)
    for operation in operations(document):
        objects = [p for p in operation.declared_parameters() if is_deep_object(p)]
        for parameter in objects:
            yield from _object_in_query(parameter, is_list=operation.kind == "list")
        for parameter in split_objects(operation.declared_parameters()):
            yield from _parameter_type(parameter)
        if operation.kind == "list" and operation.resource:
            yield from _filters(operation, found[operation.resource or ""])


def _parameter_type(parameter: Node) -> Iterator[Problem]:
    declared = parameter.get("schema")
    if declared is None and "content" in parameter.value:
        return  # `parameter_contents` reports it
    schema = without_null(declared) if declared else None
    scalar = schema.get("items") if schema and base_type(schema) == "array" else schema
    if schema is None or scalar is None or base_type(scalar) not in _SCALARS:
        place = schema or parameter
        yield place.problem("a parameter must be a string, a number or a boolean", "Use one of these types.")
    elif schema is not scalar and parameter.get_value("in") != "query":
        yield schema.problem("only a query parameter can be an array", "Use a single value.")


def _object_in_query(parameter: Node, *, is_list: bool) -> Iterator[Problem]:
    """Why an object cannot stand in a query."""
    schema = parameter.get("schema")
    if schema is None or not is_plain_object(schema):
        fix = "Give it `type: object` and `properties`, or remove `style`."
        yield (schema or parameter).problem("deepObject is the style of an object with properties", fix)
    elif (default := schema.get("default")) is not None:
        yield default.problem("an object in a query has no default", "Give its properties their defaults.")
    elif is_list and (others := schema.get("additionalProperties")) is not None and others.value is not False:
        what = f"{parameter.get_value('name')} can have any property, and the list filters by what it knows"
        yield others.problem(what, "Remove it.")


def filter_extensions(document: Document) -> Iterator[Problem]:
    """Filter and sort extensions are used on query parameters of lists, at most one on each.

    A list that is left to people keeps its own: they say what to write.
    """
    for operation in operations(document):
        is_written = f"{operation.node.pointer}/x-operation" in document.positions
        is_left = operation.method == "get" and operation.kind == "custom" and is_written
        is_list = operation.kind == "list" or is_left
        for parameter in operation.parameters():
            declared = [part for word in _EXTENSIONS if (part := parameter.get(word))]
            for part in declared:
                if not is_list or parameter.get_value("in") != "query":
                    yield part.problem(
                        f"{part.name} has no effect here", "Use it on a query parameter of a list operation."
                    )
            for part in declared[1:]:
                yield part.problem(
                    f"{part.name} cannot be combined with {declared[0].name}", "Keep one of them."
                )


def _filters(operation: ContractOperation, resource: Node) -> Iterator[Problem]:
    columns = properties(resource)
    for parameter, fields, op in list_filters(operation, resource):
        schema = parameter.get("schema") or parameter
        items = schema.get("items")
        if (op == "in") is not (items is not None):
            fix = "The operator `in` takes an array, all others a single value."
            yield schema.problem(f"the operator {op} cannot be used with this type", fix)
            continue
        for field in fields:
            if field in columns:
                place = parameter.get("x-filter") or parameter.get("x-search") or parameter
                unfit = _why_unfit(columns[field], op)
                if unfit:
                    fix = "Remove the filter."
                    if op != "has" and not _why_unfit(columns[field], "has"):
                        fix = f"Use `op: has`: {field} has the value. Or remove the filter."
                    yield place.problem(f"{field} of {resource.name} {unfit}", fix)
                elif not _has_same_type(items or schema, columns[field], op):
                    what = (
                        f"{parameter.get_value('name')} does not have the type of {field} of {resource.name}"
                    )
                    yield schema.problem(what, f"Use `{_type_keywords(columns[field], op)}`.")


def _why_unfit(prop: Node, op: str) -> str:
    """Return why a property cannot be filtered with an operator, or an empty string."""
    types = column_type(prop)
    if prop.get_value("writeOnly"):
        return "is writeOnly, and a filter would reveal its values"
    if op == "is_null":
        return ""
    if op == "has":
        return "" if types.column.startswith("ARRAY") else "is not an array, which the operator has searches"
    if types.column.startswith(_NOT_COMPARABLE):
        kind = "an array" if types.column.startswith("ARRAY") else "no string, number or boolean"
        return f"cannot be filtered with the operator {op}: it is {kind}"
    if op in _TEXT_OPERATORS and not types.column.startswith(_TEXTS):
        return f"is not a string, and the operator {op} searches strings"
    return ""


def _has_same_type(schema: Node, prop: Node, op: str) -> bool:
    """Whether a parameter has the type of a property's column."""
    if op == "is_null":
        return base_type(schema) == "boolean"
    items = without_null(prop).get("items") if op == "has" else None
    own_type, target_type = column_type(schema), column_type(items or prop)
    if own_type.column == target_type.column:
        return True
    smaller = (own_type.column, target_type.column) == ("Integer", "BigInteger")
    return smaller or (own_type.column.startswith(_TEXTS) and target_type.column.startswith(_TEXTS))


def _type_keywords(prop: Node, op: str) -> str:
    if op == "is_null":
        return "type: boolean"
    kind, form = base_type(without_null(prop)), without_null(prop).get_value("format")
    written = form and op not in _TEXT_OPERATORS
    return f"type: {kind}, format: {form}" if written else f"type: {kind}"
