"""Reads tables from the catalog of PostgreSQL, in the words in which PostgreSQL prints them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, text

T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    type: str
    """The type with its modifiers: `character varying(200)`, `numeric(10,2)`, `text[]`."""
    not_null: bool = False
    default: str | None = None
    """The expression of the default, or of a generated column."""
    identity: str = ""
    """`ALWAYS` or `BY DEFAULT` for an identity column."""
    generated: str = ""
    """`STORED` or `VIRTUAL` for a generated column."""
    collation: str | None = None
    """The collation, unless it is that of the type."""
    sequence: str | None = None
    """The options of the sequence that belongs to the column."""
    comment: str | None = None


@dataclass(frozen=True)
class Constraint:
    """A constraint of a table."""

    kind: str
    """The `contype` of pg_constraint: c, f, p, u or x."""
    definition: str
    """What pg_get_constraintdef prints; it includes NOT VALID."""
    is_enforced: bool = True
    """Whether its triggers are enabled."""
    columns: frozenset[str] = frozenset()
    """The columns of the table that it mentions."""


@dataclass(frozen=True)
class Index:
    """An index that no constraint made."""

    unique: bool
    method: str
    """What pg_get_indexdef prints from the access method on: `btree (owner_id, id)`."""
    is_valid: bool = True
    """False after a CREATE INDEX CONCURRENTLY that failed."""

    @property
    def definition(self) -> str:
        """Its definition without names."""
        invalid = "" if self.is_valid else " INVALID"
        return f"{'UNIQUE ' if self.unique else ''}{self.method}{invalid}"


@dataclass(frozen=True)
class Table:
    """A table: what the service relies on, and nothing of what tunes the storage."""

    kind: str = "table"
    """`table`, `unlogged table`, or what else has the name."""
    comment: str | None = None
    columns: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
    constraints: Mapping[str, Constraint] = field(default_factory=lambda: MappingProxyType({}))
    indexes: Mapping[str, Index] = field(default_factory=lambda: MappingProxyType({}))


def read_tables(connection: Connection, relations: Mapping[str, str]) -> dict[str, Table]:
    """Return the tables that exist.

    `relations` has the SQL name for each name of the result: `pg_temp.tasks` for `tasks`.
    """
    names = {"keys": list(relations), "relations": list(relations.values())}
    found = connection.execute(_TABLES, names).mappings().all()
    oids = {"oids": [row["oid"] for row in found]}
    columns, constraints, indexes = (
        connection.execute(query, oids).mappings().all() for query in (_COLUMNS, _CONSTRAINTS, _INDEXES)
    )
    return {
        row["key"]: Table(
            kind=row["kind"],
            comment=row["comment"],
            columns=_by_name(columns, row["oid"], Column),
            constraints=_by_name(constraints, row["oid"], Constraint),
            indexes=_by_name(indexes, row["oid"], Index),
        )
        for row in found
    }


def _by_name(rows: Sequence[RowMapping], oid: int, kind: type[T]) -> dict[str, T]:
    return {
        row["name"]: kind(**{name: _hashable(row[name]) for name in kind.__annotations__})
        for row in rows
        if row["oid"] == oid
    }


def _hashable(value: object) -> object:
    return frozenset(value) if isinstance(value, list) else value


_TABLES = text("""
    SELECT key, c.oid, obj_description(c.oid, 'pg_class') AS comment,
           CASE WHEN relkind = 'v' THEN 'view' WHEN relkind NOT IN ('r', 'p') THEN 'relation that is no table'
                WHEN relpersistence = 'u' THEN 'unlogged table' ELSE 'table' END AS kind
    FROM unnest(CAST(:keys AS text[]), CAST(:relations AS text[])) AS wanted (key, relation)
    JOIN pg_class c ON c.oid = to_regclass(relation)
""")
_COLUMNS = text("""
    SELECT attrelid AS oid, attname AS name, format_type(atttypid, atttypmod) AS type,
           attnotnull AND NOT EXISTS (
               SELECT FROM pg_constraint n WHERE n.conrelid = attrelid AND n.contype = 'n'
               AND attnum = ANY (n.conkey) AND NOT n.convalidated
           ) AS not_null,
           pg_get_expr(adbin, adrelid) AS "default",
           CASE attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' ELSE '' END AS identity,
           CASE attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' ELSE '' END AS generated,
           (SELECT CAST(CAST(attcollation AS regcollation) AS text) FROM pg_type
            WHERE pg_type.oid = atttypid AND typcollation <> attcollation) AS collation,
           (SELECT format('INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s',
                          seqincrement, seqmin, seqmax, seqstart, seqcache,
                          CASE WHEN seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
            FROM pg_depend JOIN pg_sequence ON seqrelid = objid
            WHERE classid = CAST('pg_class' AS regclass) AND refclassid = classid
            AND refobjid = attrelid AND refobjsubid = attnum AND deptype IN ('a', 'i')
            LIMIT 1) AS sequence,
           col_description(attrelid, attnum) AS comment
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = ANY (CAST(:oids AS oid[])) AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum
""")
_CONSTRAINTS = text("""
    SELECT conrelid AS oid, conname AS name, CAST(contype AS text) AS kind,
           pg_get_constraintdef(c.oid) AS definition,
           NOT EXISTS (SELECT FROM pg_trigger WHERE tgconstraint = c.oid AND tgenabled = 'D') AS is_enforced,
           ARRAY(SELECT CAST(attname AS text) FROM pg_attribute
                 WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
    FROM pg_constraint c
    WHERE conrelid = ANY (CAST(:oids AS oid[])) AND contype IN ('c', 'f', 'p', 'u', 'x')
    ORDER BY conname
""")
_INDEXES = text("""
    SELECT indrelid AS oid, relname AS name, indisunique AS "unique", indisvalid AS is_valid,
           substr(definition, strpos(definition, ' USING ') + 7) AS method
    FROM pg_index JOIN pg_class i ON i.oid = indexrelid
    CROSS JOIN LATERAL pg_get_indexdef(indexrelid) AS definition
    WHERE indrelid = ANY (CAST(:oids AS oid[]))
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY relname
""")
