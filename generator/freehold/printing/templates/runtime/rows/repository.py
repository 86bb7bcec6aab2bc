"""The base class of repositories: runs statements on one table and builds responses from their rows.

`owned_repository` and `shared_repository` define which rows are accessible.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from types import MappingProxyType
from typing import Any, Self, final

import asyncpg

from ..database.database_user import DatabaseUser
from ..database.execution import Database
from ..database.statements import Statement
from ..http.problems import NotFound, StaleVersion, Unauthorized
from ..http.response_models import S, Versions
from ..identity.token_verifier import Claims
from .merge_patch import ObjectProperties, check_results, merge_patch, object_patches
from .responses import Responses
from .sealed_classes import bound_columns
from .sql.keyset_pagination import CursorPosition, Order
from .sql.row_conditions import ID, OWNER, PARENT_PREFIX
from .sql.statement_builder import LIMIT, OFFSET, SENT, TOTAL, VERSIONS
from .sql.statement_guard import MissingOwnerCondition, StatementGuard
from .table_row import raise_if_dangling

_LARGEST_OFFSET = 2**63 - 1  # PostgreSQL's bigint


class Repository(DatabaseUser, Responses[S]):
    """The accessible rows of one table. `S` is the schema of a row in responses.

    A row that is not accessible, a missing row and a row that `visible()` hides are indistinguishable: all of
    them raise NotFound.
    """

    _row_pointer = ""
    """Where the row is in the body: the JSON pointer of its envelope."""

    @final
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """Run several statements atomically. Nested transactions are savepoints.

        The block gets the repository bound to the transaction; use it instead of `self`. The transaction is
        committed when the block ends, and rolled back if the block raises. Raises Busy if no connection is
        free, and Interrupted if the database ends the transaction.

        Example:
            async with self.transaction() as tasks:
                await tasks._run(tasks._close_subtasks(), task_id)
                return await tasks._fetch(tasks._close(), task_id)

        """
        async with self._database.transaction() as database:
            yield self.with_database(database)

    @property
    @final
    def claims(self) -> Claims:
        """The verified claims of the token, read-only.

        Raises Unauthorized without one: in a public operation, or a job.

        Example: `if "admin" in self.claims.get("roles", []):`
        """
        if (claims := self._database.claims) is None:
            raise Unauthorized
        return claims

    @final
    def below(self, **parents: object) -> Self:
        """The repository of the rows below the parents that a path names, by the column of their id.

        All of its statements are restricted to these rows, and new rows belong to these parents. The routes
        of nested operations call it; in an override it reaches rows below another parent of the same owner.

        Example:
            await self.below(project_id=target)._fetch(self._add_task(), title=title)

        """
        other = object.__new__(self._below(tuple(parents)))
        other.__dict__.update(self.__dict__)
        owner = {name: value for name, value in self._scope.items() if name == OWNER}
        scope = {f"{PARENT_PREFIX}{name}": value for name, value in parents.items()}
        other._scope = MappingProxyType(owner | scope)
        return other

    @final
    def found_by(self, column: str) -> Self:
        """The repository of the same rows that finds one by a unique column, and not by its id.

        The routes of operations whose path names a row so call it. Raises TypeError if the column is not
        unique among the rows of an owner.

        Example:
            await self.found_by("slug")._fetch(self._publish_article(), slug)

        """
        other = object.__new__(self._keyed(column))
        other.__dict__.update(self.__dict__)
        return other

    @final
    def in_envelope(self, name: str) -> Self:
        """The same repository for a body such as `{"article": {...}}`: pointers of its faults begin there."""
        other = copy(self)
        other._row_pointer = f"/{name.replace('~', '~0').replace('/', '~1')}"
        return other

    @final
    def with_database(self, database: Database) -> Self:
        """A copy of this repository that runs its statements on `database`."""
        other = copy(self)
        other._database = database
        return other

    @final
    async def require_row(self, row_id: object, /, **columns: object) -> None:
        """Check that an accessible row has this id, and the given value in each of `columns`.

        Raises NotFound if there is none.

        Example:
            await projects.require_row(project_id, archived=False)

        """
        await self._fetch_record(self._row_exists(*columns), row_id, None, columns)

    @final
    async def _fetch(
        self, statement: Statement, row_id: object = None, if_match: Versions = None, /, **values: object
    ) -> S:
        """Run a statement and build the response from the one row that it returns.

        A write and the rows of other repositories that its response shows are one transaction.

        Args:
            statement: a compiled statement, from a method that is decorated with `@statement`.
            row_id: the id, or the value of `found_by()`, that `_select_one()` and others compare with.
            if_match: the versions from `If-Match`, or None for any version.
            values: the values of the statement's other parameters, by name.

        Raises NotFound if no row is returned, StaleVersion if only the version differs, NotFound or Invalid
        if a foreign key refers to a missing row, and the problem of each database error (`http/problems.py`).

        Example:
            return await self._fetch(self._rename(), task_id, title=title)

        """
        if self.embedded and not statement.is_read_only and not self._database.is_in_transaction:
            async with self.transaction() as rows:
                return await rows._fetch(statement, row_id, if_match, **values)
        record = await self._fetch_record(statement, row_id, if_match, values)
        (row,) = await self._to_responses([record]) if self.embedded else self._to_rows([record])
        return row

    @final
    async def _run(
        self, statement: Statement, row_id: object = None, if_match: Versions = None, /, **values: object
    ) -> None:
        """Run a statement on one row and discard the row. Parameters and exceptions are those of `_fetch()`.

        Example:
            await self._run(self._hide_task(), task_id)

        """
        await self._fetch_record(statement, row_id, if_match, values)

    @final
    async def _fetch_created(self, insert: Statement, rows: Iterable[Mapping[str, object]]) -> list[S]:
        """Run an INSERT for each of several rows, all or none of them, and build their responses in order.

        Raises what `_fetch()` raises; the pointer of a fault begins with the index of its row.
        """
        async with self.transaction() as created:
            records = []
            for index, values in enumerate(rows):
                created._row_pointer = f"{self._row_pointer}/{index}"
                records.append(await created._fetch_record(insert, None, None, values))
            return await created._to_responses(records)

    @final
    async def _fetch_merged(
        self,
        update: Statement,
        objects: ObjectProperties,
        row_id: object = None,
        if_match: Versions = None,
        /,
        **values: object,
    ) -> S:
        """Run an UPDATE like `_fetch()`, with the objects in `values` merged into the stored ones (RFC 7396).

        The row is locked first, so that no change in between is lost. Raises Invalid if a merged object does
        not match its schema, and what `_fetch()` raises.
        """
        update = self._own(update)
        patches, limit = object_patches(values, objects), self._database.max_object_bytes
        results = {
            name: values[name]
            for name in objects
            if name in values and not (values[name] is None and name in self.omit_when_null)
        }
        if not patches:
            check_results(results, objects, limit, self._row_pointer)
            return await self._fetch(update, row_id, if_match, **values)
        async with self.transaction() as rows:
            stored = await rows._fetch_record(self._lock(update, *objects), row_id, if_match, values)
            results |= {name: merge_patch(stored[name], patch) for name, patch in patches.items()}
            check_results(results, objects, limit, self._row_pointer)
            return await rows._fetch(update, row_id, if_match, **{**values, **results})

    @final
    async def _fetch_page(
        self, page: Statement, count: Statement, *, limit: int, offset: int, values: Mapping[str, object]
    ) -> tuple[list[S], int]:
        """Fetch a page of rows and the total number of rows on all pages.

        `count` runs only if the page is empty and is not the first one: otherwise each record has the total.
        """
        records = await self._fetch_records(page, values, limit, offset)
        if records or not offset:
            return await self._to_responses(records), records[0][TOTAL] if records else 0
        return [], await self._fetch_count(count, values)

    @final
    async def _fetch_rows(
        self, rows: Statement, *, limit: int, offset: int, values: Mapping[str, object]
    ) -> list[S]:
        """Fetch at most `limit` rows after the first `offset`."""
        return await self._to_responses(await self._fetch_records(rows, values, limit, offset))

    @final
    async def _fetch_after(
        self, rows: Statement, position: CursorPosition, *, limit: int, values: Mapping[str, object]
    ) -> tuple[list[S], str | None]:
        """Fetch the page after `position`, and the cursor of the next page, or None on the last page."""
        records = await self._fetch_records(rows, {**values, **position.values}, limit + 1, 0)
        more = len(records) > limit
        cursor = position.after(records[limit - 1]) if more else None
        return await self._to_responses(records[:limit]), cursor

    @final
    async def _fetch_count(self, count: Statement, values: Mapping[str, object]) -> int:
        """Fetch the number of rows that `count` returns."""
        record = await self._database.fetch_one(self._own(count), {**values, **self._scope})
        return int(record[0]) if record else 0

    @final
    def _cursor_position(self, operation: str, word: str, order: Order, cursor: str | None) -> CursorPosition:
        """Decode a cursor. Raises Invalid if it was issued for another list, sort order or owner."""
        scope = (*map(str, self._scope.values()), operation, word)
        return CursorPosition.read(self._database.cursors, scope, order, cursor)

    async def _fetch_records(
        self, rows: Statement, values: Mapping[str, object], limit: int, offset: int
    ) -> list[Any]:
        window = {LIMIT: limit, OFFSET: min(offset, _LARGEST_OFFSET)}
        own = self._own(rows) if self._structs is None else self._own(rows).with_text_ids
        return await self._database.fetch_all(own, {**values, **window, **self._scope})

    def _own(self, statement: Statement) -> Statement:
        """The statement with all conditions of this repository, those of the path included.

        Raises MissingOwnerCondition for a statement of another resource.
        """
        repository = type(self)
        own = statement if statement.guard.repository is repository else statement.built_for(repository)
        if own is None:
            other = statement.guard.repository.__qualname__
            raise MissingOwnerCondition(f"{repository.__qualname__} cannot run a statement of {other}")
        if type(own.guard) is not StatementGuard or own.guard.bound.keys() != bound_columns(repository):
            raise MissingOwnerCondition("the statement was not checked: decorate its method with @statement")
        return own

    @final
    async def _fetch_record(
        self, statement: Statement, row_id: object, if_match: Versions, values: Mapping[str, object]
    ) -> Any:
        try:
            bound = {**values, ID: row_id, VERSIONS: if_match, SENT: list(values), **self._scope}
            record = await self._database.fetch_one(self._own(statement), bound)
        except asyncpg.ForeignKeyViolationError as error:
            if not statement.is_delete:  # else another row refers to the deleted one
                raise_if_dangling(self.row, error.constraint_name, self._row_pointer)
            raise
        if record is None:
            await self._raise_if_forbidden(row_id)
            if if_match is not None:
                await self.require_row(row_id)
                raise StaleVersion
            raise NotFound
        return record

    async def _raise_if_forbidden(self, row_id: object) -> None:
        """Raise Forbidden if the row belongs to another owner and the contract allows to reveal that."""
