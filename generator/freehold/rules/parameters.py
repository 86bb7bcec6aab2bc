"""Rules about parameters."""

import re
from collections.abc import Iterator

from freehold.columns import base_type, column_type
from freehold.contract import Document
from freehold.naming import allowed, plural, snake
from freehold.problems import Problem
from freehold.vocabulary import operations, page_items, properties, resources

_LOCALS = ("filters", "total", "values", "created", "changes", "response")  # names inside a method
_SCALARS = ("string", "integer", "number", "boolean")


def paths(document: Document) -> Iterator[Problem]:
    """What stands in braces in a path is declared, and the other way round."""
    for operation in operations(document):
        braces = re.findall(r"\{([^{}]*)\}", operation.path)
        declared = {str(p.plain("name")): p for p in operation.parameters() if p.plain("in") == "path"}
        for name in braces:
            if name not in declared:
                fix = f"Add {{name: {name}, in: path, required: true, schema: ...}} to `parameters`."
                yield operation.node.problem(f"{{{name}}} of the path is not declared", fix)
        for name, parameter in declared.items():
            if name not in braces:
                fix = "Remove the parameter, or name it there."
                yield parameter.problem(f"{operation.path} has no {{{name}}}", fix)
            if parameter.plain("required") is not True:
                yield parameter.problem("a parameter of the path is always there", "Add `required: true`.")
        if len(braces) > 1:
            what = f"{operation.path} has more than one parameter; only the id of a row is supported so far"
            yield operation.node.problem(what, "Keep one.")


def names(document: Document) -> Iterator[Problem]:
    """Parameters stand in the path or in the query, and their names may become names in Python."""
    for operation in operations(document):
        answer = operation.answer()
        page = page_items(answer) if answer else None
        taken = (*_LOCALS, plural(snake(operation.resource or "")), page[0] if page else "")
        for parameter in operation.parameters():
            name, place = str(parameter.plain("name", "")), parameter.plain("in")
            if place not in ("path", "query"):
                what = f"parameters in {place} are not supported so far"
                yield parameter.problem(what, "Use the path or the query.")
            if not allowed(name) or snake(name) != name or name in taken:
                fix = "Use small letters, digits and `_`, and no word that the code needs for itself."
                yield parameter.problem(f"a parameter cannot be called {name}", fix)
            if "x-filter" in parameter.value:
                yield parameter.problem("x-filter is not supported so far", "Filter by a property's name.")


def types(document: Document) -> Iterator[Problem]:
    """A parameter is one text, number or boolean; a filter is of the type of its property."""
    found = resources(document)
    for operation in operations(document):
        columns = properties(found.get(operation.resource or ""))
        for parameter in operation.parameters():
            schema = parameter.get("schema")
            if schema is None or base_type(schema) not in _SCALARS:
                yield (schema or parameter).problem(
                    "a parameter is a text, a number or a boolean", "Give it such a type."
                )
                continue
            column = columns.get(str(parameter.plain("name"))) if operation.kind == "list" else None
            if column is not None and base_type(column) != base_type(schema):
                fix = f"Write `type: {base_type(column)}`, as {operation.resource} does."
                yield schema.problem(f"{parameter.plain('name')} is of another type than the property", fix)
            elif column_type(schema) is None:
                yield schema.problem("there is no such format of a parameter", "Remove `format`.")
