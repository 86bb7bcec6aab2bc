"""The catalog of the database contains everything that a contract implies about its tables."""

from collections.abc import Callable
from typing import Any

import pytest

from freehold.contract.resources import (
    columns_of,
    foreign_is_forbidden,
    generated_kind,
    id_property,
    links,
    owner,
    parent,
    properties,
    table_name,
)
from freehold.contract.rows.column_types import allowed_values, base_type, is_nullable, without_null
from freehold.contract.rows.readers import keys_of_all_owners
from freehold.ground.naming import column_name
from freehold.reading.document import Node
from tests.dialects.conftest import Dialect
from tests.dialects.projects import HERE, NAMES
from tests.support.thoroughness import ALL
from tests.support.two_users import Contract, load_contract

CONTRACTS: dict[str, Contract] = {
    name: load_contract(HERE / name / "contract.yaml") for name in (NAMES if ALL else ["workspace"])
}
RESOURCES = [(name, resource) for name, contract in CONTRACTS.items() for resource in contract.resources]

STRINGS = {
    "uuid": "uuid",
    "date": "date",
    "date-time": "timestamp with time zone",
    "time": "time with time zone",
    "byte": "bytea",
    "decimal": "numeric",
}
OTHERS = {
    ("integer", "int32"): "integer",
    ("integer", "int64"): "bigint",
    ("integer", None): "bigint",
    ("number", None): "double precision",
    ("boolean", None): "boolean",
}
COLUMNS = """
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS always,
           a.attidentity <> '' AS identity, pg_get_expr(d.adbin, d.adrelid) AS default
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = """
    SELECT contype::text AS kind, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = $1::text::regclass AND contype <> 'n'
"""
INDEXES = """
    SELECT i.indisunique AS once, array_agg(a.attname::text ORDER BY k.place) AS columns
    FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(number, place), pg_attribute a
    WHERE i.indrelid = $1::text::regclass AND a.attrelid = i.indrelid AND a.attnum = k.number
    GROUP BY i.indexrelid, i.indisunique
"""

PRIMARY_KEYS = {
    "Column": ("slug", "board_number"),
    "Preferences": (),
    "Profile": (),
    "View": ("board_number",),
}
"""Beside the owner: keys that clients choose below a parent, and resources of which there is one."""
Run = Callable[[str], Dialect]
resource = pytest.mark.parametrize(("name", "called"), RESOURCES)


def found(dialect: Dialect, called: str, sql: str) -> list[dict[str, Any]]:
    schema = dialect.contract.resources[called]
    return dialect.service.database.rows(sql, table_name(called, schema))


def column_type(prop: Node) -> str:
    """The type by the table of the contract's vocabulary, written down a second time."""
    plain = without_null(prop)
    kind, form = base_type(plain), plain.get_value("format")
    if kind == "array":
        items = plain.get("items")
        of_items = column_type(items) if items else "jsonb"
        return of_items if of_items == "jsonb" else f"{of_items}[]"
    if kind not in ("string", "integer", "number", "boolean"):
        return "jsonb"
    if allowed_values(plain):
        return "text" if kind == "string" else "bigint"
    if kind != "string":
        return OTHERS[kind, form]
    longest = plain.get_value("maxLength")
    return STRINGS.get(form, f"character varying({longest})" if longest else "text")


def is_always_there(schema: Node, name: str, prop: Node) -> bool:
    above = parent(schema)
    if generated_kind(name, prop) or (above and above.field == column_name(name)):
        return True
    needed = name in schema.get_value("required", []) and not prop.get_value("readOnly")
    return not is_nullable(prop) and ("default" in prop.value or needed)


def owned(schema: Node, *columns: str) -> list[str]:
    whose = owner(schema)
    return [*([whose.column] if whose else []), *columns]


@pytest.mark.long
@resource
def test_every_property_has_a_column(run_dialect: Run, name: str, called: str) -> None:
    dialect = run_dialect(name)
    schema = dialect.contract.resources[called]
    columns = {column["name"]: column for column in found(dialect, called, COLUMNS)}

    for key, prop in columns_of(schema).items():
        column = columns[column_name(key)]
        assert column["type"] == column_type(prop), key
        assert column["always"] is is_always_there(schema, key, prop), key
        made = generated_kind(key, prop)
        assert column["identity"] is (made == "identity"), key
        expected = {"uuid": "gen_random_uuid()", "created": "now()", "updated": "now()", "version": "1"}
        if made in expected:
            assert expected[made] in column["default"].replace("'1'::bigint", "1"), key
        if prop.get_value("default") is not None:
            assert column["default"] is not None, key


@resource
def test_the_owner_is_not_empty_and_is_part_of_the_primary_key(
    run_dialect: Run, name: str, called: str
) -> None:
    dialect = run_dialect(name)
    schema = dialect.contract.resources[called]
    columns = {column["name"]: column for column in found(dialect, called, COLUMNS)}
    constraints = found(dialect, called, CONSTRAINTS)
    whose = owner(schema)

    (key,) = (c["definition"] for c in constraints if c["kind"] == "p")
    named = PRIMARY_KEYS.get(called, (column_name(id_property(schema)),))
    assert key == f"PRIMARY KEY ({', '.join(owned(schema, *named))})"
    if whose:
        other = {"uuid": "uuid", "int32": "integer", "int64": "bigint"}.get(whose.format or "")
        assert columns[whose.column]["type"] == (other or "character varying(255)")
        assert columns[whose.column]["always"]
        checks = [c["definition"] for c in constraints if c["kind"] == "c"]
        assert other or any(whose.column in check and "<> ''" in check for check in checks)


@resource
def test_every_enum_has_a_check_constraint(run_dialect: Run, name: str, called: str) -> None:
    dialect = run_dialect(name)
    constraints = found(dialect, called, CONSTRAINTS)
    checks = [c["definition"].replace('"', "") for c in constraints if c["kind"] == "c"]

    for key, prop in properties(dialect.contract.resources[called]).items():
        values = allowed_values(prop)
        if values:
            assert any(
                (f"{column_name(key)} =" in check or f"({column_name(key)})" in check)
                and all(str(value) in check for value in values)
                for check in checks
            ), key


@resource
def test_every_reference_is_a_foreign_key_that_includes_the_owner(
    run_dialect: Run, name: str, called: str
) -> None:
    dialect = run_dialect(name)
    schema = dialect.contract.resources[called]
    keys = {c["definition"] for c in found(dialect, called, CONSTRAINTS) if c["kind"] == "f"}

    expected = set()
    for link in links(schema):
        target = dialect.contract.resources[link.resource]
        mine = (owned(target) and owned(schema, column_name(link.field))) or [column_name(link.field)]
        key = owned(target, column_name(id_property(target)))
        theirs = f"{table_name(link.resource, target)}({', '.join(key)})"
        way = {"set_null": f"SET NULL ({column_name(link.field)})"}.get(
            link.on_delete, link.on_delete.upper()
        )
        expected.add(f"FOREIGN KEY ({', '.join(mine)}) REFERENCES {theirs} ON DELETE {way}")
    assert keys == expected


@resource
def test_every_index_starts_with_the_owner_unless_others_read(
    run_dialect: Run, name: str, called: str
) -> None:
    dialect = run_dialect(name)
    schema = dialect.contract.resources[called]
    indexes = [(index["once"], index["columns"]) for index in found(dialect, called, INDEXES)]

    keys = keys_of_all_owners(schema)
    first = [] if keys else owned(schema)
    assert all((True, [key]) in indexes for key in keys)
    indexes = [index for index in indexes if index not in [(True, [key]) for key in keys]]
    for once, wanted in ((False, "indexes"), (True, "unique")):
        for columns in schema.get_path("x-resource").value.get(wanted, []):  # type: ignore[union-attr]  # it has one
            if [*map(column_name, columns)] not in [[key] for key in keys]:
                start = owned(schema) if once else first
                assert (once, [*start, *map(column_name, columns)]) in indexes
    for link in links(schema):
        columns = [*first, column_name(link.field)]
        assert any(index[: len(columns)] == columns for _, index in indexes), link
    anybodys = (False, [column_name(id_property(schema)), *owned(schema)])
    assert (anybodys in indexes) == (foreign_is_forbidden(schema) and owner(schema) is not None)
    assert all(
        i == anybodys or i[1][: len(owned(schema))] == owned(schema) or (keys and not i[0]) for i in indexes
    )
