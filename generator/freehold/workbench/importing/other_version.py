"""Words of the other OpenAPI version, 3.0 or 3.1, as the version that a contract declares has them."""

from collections.abc import Iterator

from freehold.contract.normalizing.patterns.schema_parts import mappings_with
from freehold.reading.document import Document, Node
from freehold.reading.referenced_files import is_data
from freehold.rules.schemas import ignored_siblings
from freehold.workbench.importing.additions import SCHEMAS, Addition
from freehold.workbench.importing.edits import AllOf, Edit, OrNull

_NULL = "null"
_BESIDE_ANY_SCHEMA = {"nullable", "readOnly", "writeOnly", "default", "x-generated", "x-references"}
_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_EXCLUSIVE = [exclusive for exclusive, _ in _BOUNDS]


def words_of_other_version(document: Document) -> Iterator[Addition]:
    """Write null, and limits that are exclusive, as the declared version has them."""
    is_3_0 = str(document.root.get("openapi")).startswith("3.0")
    yield from _words_for_3_0(document) if is_3_0 else _words_for_3_1(document)


def _words_for_3_0(document: Document) -> Iterator[Addition]:
    yield from _references_with_siblings(document)
    for schema in mappings_with(document, "type", *_EXCLUSIVE):
        yield from _one_type(schema)
        yield from _exclusive_bounds(schema)


def _words_for_3_1(document: Document) -> Iterator[Addition]:
    yield from _nullable_types(document)
    for schema in mappings_with(document, *_EXCLUSIVE):
        yield from _exclusive_numbers(schema)


def _references_with_siblings(document: Document) -> Iterator[Addition]:
    """`allOf` with the `$ref` of a schema, where words beside it are meant that cannot contradict it."""
    for reference, siblings in ignored_siblings(document):
        place, target = reference.get("$ref"), reference.value["$ref"]
        is_schema = isinstance(target, str) and target.startswith("#/components/schemas/")
        if place is not None and is_schema and {*siblings} <= _BESIDE_ANY_SCHEMA:
            what = f"{', '.join(siblings)} beside a $ref would be ignored in OpenAPI 3.0"
            yield Addition(SCHEMAS, AllOf(place.pointer, target), place, what)


def _one_type(schema: Node) -> Iterator[Addition]:
    """One type instead of an array with it, and `nullable: true` for null."""
    kinds = schema.value.get("type")
    others = [kind for kind in kinds if kind != _NULL] if isinstance(kinds, list) else []
    place = schema.get("type")
    if place is None or len(others) != 1:
        return
    edits = [Edit(f"{schema.pointer}/type", others[0])]
    if _NULL in kinds and "nullable" not in schema.value:
        edits.append(Edit(f"{schema.pointer}/nullable", True))  # noqa: FBT003 - it is the value
    yield from _together(place, "a type is a single word other than null in OpenAPI 3.0", edits)


def _exclusive_bounds(schema: Node) -> Iterator[Addition]:
    """The bound, and `true` beside it, for an exclusive bound that is a number."""
    for exclusive, bound in _BOUNDS:
        limit, place = schema.value.get(exclusive), schema.get(exclusive)
        is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if place is None or not is_number or bound in schema.value:
            continue
        edits = [
            Edit(f"{schema.pointer}/{bound}", limit),
            Edit(place.pointer, True),  # noqa: FBT003 - it is the value
        ]
        yield from _together(place, f"{exclusive} is true or false in OpenAPI 3.0", edits)


def _exclusive_numbers(schema: Node) -> Iterator[Addition]:
    """The bound for `true` beside it. The bound stays, as it then says nothing more."""
    for exclusive, bound in _BOUNDS:
        place, limit = schema.get(exclusive), schema.value.get(bound)
        is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if place is not None and place.value is True and is_number:
            what = f"{exclusive} is a number in OpenAPI 3.1"
            yield Addition(SCHEMAS, Edit(place.pointer, limit), place, what)


def _together(place: Node, what: str, edits: list[Edit]) -> Iterator[Addition]:
    """Yield edits of which one alone would say something else."""
    yield from (Addition(SCHEMAS, edit, place, what, group=place.pointer) for edit in edits)


def _nullable_types(document: Document) -> Iterator[Addition]:
    """Null as a type beside `nullable: true`, which OpenAPI 3.1 does not have any more."""
    for pointer in document.positions:
        of_schema, _, key = pointer.rpartition("/")
        nullable = document.node_at(pointer) if key == "nullable" and not is_data(pointer) else None
        schema = document.node_at(of_schema) if nullable is not None and nullable.value is True else None
        if nullable is not None and schema is not None:
            what = "nullable is not a keyword of OpenAPI 3.1: null would be rejected"
            yield from _together(nullable, what, _or_null(schema))


def _or_null(schema: Node) -> list[Edit]:
    """Null as another type, and as a value of an enum, or a choice with null in place of a `$ref`."""
    kind, target = schema.get_value("type"), schema.value.get("$ref")
    if isinstance(target, str) and not {"anyOf", "type"} & schema.value.keys():
        return [OrNull(f"{schema.pointer}/$ref", target)]
    values = schema.value.get("enum", [])
    if not isinstance(kind, str) or "const" in schema.value or not isinstance(values, list):
        return []
    missing = [Edit(f"{schema.pointer}/enum", [*values, None])] if values and None not in values else []
    return [Edit(f"{schema.pointer}/type", [kind, "null"]), *missing]
