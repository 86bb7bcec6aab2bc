"""Rules about discriminators."""

from collections.abc import Iterator

from freehold.contract.resources import properties
from freehold.contract.rows.column_types import allowed_values
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.referenced_files import is_data

_REFERENCE = "#/components/schemas/"


def discriminators(document: Document) -> Iterator[Problem]:
    """A discriminator agrees with the schemas that it selects (OpenAPI 3.1, 4.8.25)."""
    for schema, found in _discriminators(document):
        declared = schema.get("oneOf") or schema.get("anyOf")
        if declared is None:
            continue  # it describes the schemas that are composed of this one
        choices = [choice for choice in declared.elements() if choice.get_value("type") != "null"]
        yield from _mapping(found, choices)
        for choice in choices:
            yield from _check_choice(found, choice, choices)


def _discriminators(document: Document) -> Iterator[tuple[Node, Node]]:
    """Yield each discriminator with the schema that contains it."""
    for pointer in document.positions:
        place, _, word = pointer.rpartition("/")
        if word != "discriminator" or place.endswith("/properties") or is_data(place):
            continue
        schema, found = document.node_at(place), document.node_at(pointer)
        if schema and found:
            yield schema, found


def _mapping(found: Node, choices: list[Node]) -> Iterator[Problem]:
    """Every mapping target is one of the alternatives."""
    names = [choice.name for choice in choices]
    for value, target in _mapping_targets(found).items():
        if target not in names:
            place = found.get_path("mapping", value) or found
            yield place.problem(
                f"{value} is mapped to a schema that is not in oneOf",
                f"Available schemas: {', '.join(names)}.",
            )


def _check_choice(found: Node, choice: Node, choices: list[Node]) -> Iterator[Problem]:
    key = str(found.get_value("propertyName"))
    values = _discriminator_values(choice, key)
    if choice.pointer != f"/components/schemas/{choice.name}" or not values:
        return  # nothing that the discriminator could contradict: the schemas decide
    mapped = [value for value, target in _mapping_targets(found).items() if target == choice.name]
    wrong = [value for value in mapped or [choice.name] if value not in values]
    if wrong and mapped:
        what = f"{choice.name} has the value {' or '.join(values)}, but is mapped to {' or '.join(wrong)}"
        yield found.problem(what, _mapping_fix(key, choices))
    elif wrong:
        what = f"{choice.name} has the value {' or '.join(values)}, which needs a mapping"
        yield found.problem(what, _mapping_fix(key, choices))


def _mapping_fix(key: str, choices: list[Node]) -> str:
    """Return the mapping that agrees with all schemas, if each one has values of its own."""
    pairs = [
        (value, f"{_REFERENCE}{choice.name}")
        for choice in choices
        for value in (_discriminator_values(choice, key) or [choice.name])
    ]
    if len(dict(pairs)) < len(pairs):
        return f"Give each schema a value of its own: `{key}: {{const: ...}}` in its properties."
    mapping = ", ".join(f'{value}: "{target}"' for value, target in pairs)
    return f"Use `mapping: {{{mapping}}}`."


def _mapping_targets(found: Node) -> dict[str, str]:
    """Return the schema name for each value of the mapping."""
    declared = found.get_value("mapping", {})
    return {value: str(target).rpartition("/")[2] for value, target in declared.items()}


def _discriminator_values(choice: Node, key: str) -> list[str]:
    """Return the allowed values of the discriminator property, if the schema requires it."""
    parts = choice.get("allOf")
    inherited = list(parts.elements()) if parts else []
    for part in (choice, *inherited):
        prop = properties(part).get(key)
        always = any(key in declared.get_value("required", []) for declared in (choice, *inherited))
        if prop and always:
            return [str(value) for value in allowed_values(prop)]
    return []
