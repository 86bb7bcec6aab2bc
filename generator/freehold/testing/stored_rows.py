"""The rows in the tables, read past the service: for proving what a request has not changed."""

import asyncio
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from freehold.contract.resources import (
    Owner,
    columns_of,
    generated_kind,
    id_property,
    owner,
    parent,
    properties,
    references,
    table_name,
)
from freehold.contract.rows.column_types import is_nullable
from freehold.contract.samples.maker import is_valid
from freehold.fuzzing.bodies.row_keys import missing_key, unique_properties
from freehold.fuzzing.bodies.sample_bodies import compose, variations
from freehold.ground.naming import column_name
from freehold.reading.document import Node

Snapshot = dict[str, frozenset[str]]
"""Each row of an owner by table: its version (`xmin`) and all of its columns."""
_COLUMNS = """
    SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
"""
_SAMPLES: dict[str, object] = {"boolean": False, "uuid": "00000000-0000-4000-8000-000000000000"}
_SAMPLES |= dict.fromkeys(("smallint", "integer", "bigint", "numeric", "double precision"), 1)
_SAMPLES |= {"date": "2030-01-31", "timestamp with time zone": "2030-01-31T12:00:00Z"}
_SAMPLES |= {"time with time zone": "12:00:00Z", "jsonb": {}}


@dataclass(frozen=True)
class StoredRows:
    """The tables of the resources, accessed as superuser."""

    database_url: str = field(repr=False)
    resources: Mapping[str, Node] = field(repr=False)

    def of_owner(self, subject: str) -> Snapshot:
        """All rows of an owner, with every column."""
        queries = {
            table: f"SELECT xmin::text || to_jsonb(t)::text FROM {_quoted(table)} t"  # noqa: S608 - quoted
            f" WHERE {_quoted(whose.column)}::text = $1"
            for table, whose in self._owned_tables()
        }
        return {
            table: frozenset(row[0] for row in rows)
            for table, rows in zip(queries, self._fetch(list(queries.values()), subject), strict=True)
        }

    def insert(
        self, resource: Node, subject: str, links: Mapping[str, str], filtered: Collection[str]
    ) -> tuple[str, dict[str, Any]]:
        """Insert a row of a resource that no operation creates. Returns its id, and what it is found by.

        `links` has the ids of its parents and references by column, and `filtered` are the properties that
        lists require a filter by. It is found by them, and by unique values. Raises asyncpg.PostgresError
        when the columns of the row cannot be guessed from the contract.
        """
        table, whose = table_name(resource.name, resource), owner(resource)
        required, unique = dict(self._fetch([_COLUMNS], table)[0]), unique_properties(resource)
        set_by_overrides = _set_by_overrides(resource)
        keys = {name for name in unique if "x-references" not in properties(resource)[name].value}
        shown = {
            name: prop
            for name, prop in properties(resource).items()
            if column_name(name) in required or name in {*set_by_overrides, *keys, *filtered}
        }
        own = {name: _other_sample(prop) for name, prop in shown.items() if name in unique}
        values: dict[str, Any] = {name: _SAMPLES.get(kind, "x") for name, kind in required.items()}
        values |= {
            column_name(name): compose(prop) if own.get(name) is None else own[name]
            for name, prop in shown.items()
        }
        key = column_name(id_property(resource))
        values |= {key: missing_key(resource)} if key in values else {}
        values |= dict(links) | ({whose.column: subject} if whose else {})
        columns = ", ".join(map(_quoted, values))
        sql = (
            f"INSERT INTO {_quoted(table)} ({columns}) SELECT {columns}"  # noqa: S608 - quoted
            f" FROM jsonb_populate_record(null::{_quoted(table)}, $1::jsonb) RETURNING {_quoted(key)}::text"
        )
        row_id = str(self._fetch([sql], json.dumps(values))[0][0][0])
        return row_id, {name: values[column_name(name)] for name in {*own, *(shown.keys() & filtered)}}

    def _owned_tables(self) -> Iterator[tuple[str, Owner]]:
        for name, resource in self.resources.items():
            whose = owner(resource)
            if whose is not None:
                yield table_name(name, resource), whose

    def _fetch(self, queries: list[str], argument: str) -> list[list[Any]]:
        async def run() -> list[list[Any]]:
            connection = await asyncpg.connect(self.database_url)
            try:
                return [await connection.fetch(query, argument) for query in queries]
            finally:
                await connection.close()

        return asyncio.run(run())


def _other_sample(prop: Node) -> Any:
    """Return another value each time for a part of a unique key; None where no simple one is valid."""
    if "enum" in prop.value:
        return None
    return next((value for value in variations(prop, compose(prop)) if is_valid(prop, value)), None)


def _set_by_overrides(resource: Node) -> list[str]:
    """The properties with a value in each answer, which an operation of a person's own sets."""
    return [
        name
        for name, prop in columns_of(resource).items()
        if name in resource.get_value("required", [])
        and prop.get_value("readOnly") is True
        and "default" not in prop.value
        and generated_kind(name, prop) is None
        and not is_nullable(prop)
    ]


def links_of(resource: Node) -> list[tuple[str, str]]:
    """The column and the resource of each link of a resource that every row has: parent and references."""
    above = parent(resource)
    needed = resource.get_value("required", [])
    required = [
        (column_name(link.field), link.resource) for link in references(resource) if link.field in needed
    ]
    return [*([(above.field, above.resource)] if above else []), *required]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
