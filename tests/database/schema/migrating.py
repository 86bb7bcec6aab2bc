"""Contracts of one or two resources, and their migrations within one transaction, which is rolled back."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine

from freehold.contract import loading
from freehold.database.schema import comparison, differences
from freehold.database.schema.changes import Proposal
from freehold.database.schema.expected import existing_tables
from freehold.database.schema.proposals import propose
from freehold.database.schema.renames import Rename, parse_rename
from freehold.printing import service_files
from tests.support.contracts import build_api_model

T = TypeVar("T")

ROW = (Path(service_files.__file__).parent / "templates/runtime/rows/table_row.py").read_text("utf-8")
CONTRACT = """
openapi: 3.1.0
info: {{title: Edited, version: 1.0.0}}
x-problems: standard
security: [{{bearerAuth: []}}]
paths: {{}}
components:
  securitySchemes: {{bearerAuth: {{type: http, scheme: bearer}}}}
  schemas:
{schemas}
"""
ID = "id: {type: string, format: uuid, readOnly: true}"


def resource(name: str, *properties: str, options: str = "{}", required: str = "id", id_: str = ID) -> str:
    """A resource of a contract; each property is a line of YAML."""
    lines = "".join(f"        {line}\n" for line in (id_, *properties))
    return (
        f"    {name}:\n      type: object\n      x-resource: {options}\n"
        f"      required: [{required}]\n      properties:\n{lines}"
    )


def tables_of(folder: Path, schemas: str) -> sa.MetaData:
    """The tables of the service for a contract with these schemas."""
    file = folder / "contract.yaml"
    file.write_text(CONTRACT.format(schemas=schemas), "utf-8")
    api = build_api_model(loading.load(file))
    names: dict[str, Any] = {"__name__": "table", "__package__": "generated.runtime.rows"}
    exec(ROW, names)
    for described in api.resources:
        source = service_files._render("resource/table.py.jinja", resource=described)
        exec(source.replace("from ..runtime.rows.table_row import Row", ""), names)
    metadata: sa.MetaData = names["Row"].metadata
    return metadata


def rolled_back(url: str, play: Callable[[sa.Connection], T]) -> T:
    """The result of a function of a connection, whose changes are undone."""

    async def run() -> T:
        engine = create_async_engine(
            "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=sa.NullPool
        )
        async with engine.connect() as connection:
            result = await connection.run_sync(play)
            await connection.rollback()
        await engine.dispose()
        return result

    return asyncio.run(run())


def rendered(context: MigrationContext, operations: list[ops.MigrateOperation]) -> str:
    """The body of a revision with these operations, before it is formatted."""
    return render_python_code(ops.UpgradeOps(operations), migration_context=context)


def run_source(context: MigrationContext, operations: list[ops.MigrateOperation]) -> str:
    """Runs operations as the source of a revision, and returns it."""
    source = rendered(context, operations)
    exec("if True:\n" + source, {"op": Operations(context), "sa": sa, "postgresql": postgresql})
    return source


class Database:
    """A database, to be migrated to one set of tables after another."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        result = self.connection.exec_driver_sql(sql)
        return [tuple(row) for row in result] if result.returns_rows else []

    def run_all(self, sql: str) -> None:
        for statement in sql.split(";"):
            self.run(statement)

    def propose(
        self,
        metadata: sa.MetaData,
        renames: Sequence[str | Rename] = (),
        created: Sequence[str] = (),
        **options: bool,
    ) -> Proposal:
        parsed = [parse_rename(rename) if isinstance(rename, str) else rename for rename in renames]
        return propose(comparison.compare(self._context(metadata), created, parsed), **options)

    def differences(self, metadata: sa.MetaData) -> list[str]:
        compared = comparison.compare(self._context(metadata))
        return [str(found) for found in differences.find_differences(compared.existing, compared.expected)]

    def tables(self, metadata: sa.MetaData) -> dict[str, Any]:
        return existing_tables(self.connection, metadata.tables.values())

    def execute(self, operations: list[ops.MigrateOperation]) -> str:
        """Executes operations as the source of a revision, and returns it."""
        context = self._context(sa.MetaData())
        with self.connection.begin_nested():
            return run_source(context, operations)

    def source(self, operations: list[ops.MigrateOperation]) -> str:
        return rendered(self._context(sa.MetaData()), operations)

    def migrate(self, metadata: sa.MetaData) -> None:
        self.execute(self.propose(metadata).up())

    def _context(self, metadata: sa.MetaData) -> MigrationContext:
        return MigrationContext.configure(self.connection, opts={"target_metadata": metadata})
