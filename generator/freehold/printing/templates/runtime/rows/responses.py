"""Builds responses from the records of one table, and shows rows of other tables inside them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, final

from ..database.execution import Database
from ..http.response_models import S, build_rows
from .row_structs import Encode, RowStructs, row_encoder, row_structs
from .sealed_classes import related_class
from .sql.row_conditions import OWNER, VERSION
from .sql.statement_builder import EACH, LIMIT, StatementBuilder
from .values import hide_parts


class Responses(StatementBuilder, Generic[S]):
    """The records of one table as responses. `S` is the schema of a row in responses."""

    schema: type[S]
    omit_when_null: tuple[str, ...] = ()
    """The columns that a response omits when they are NULL."""
    hidden_parts: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType({})
    """The paths of the parts of values that no response shows, by column; `*` is each item of an array."""

    _structs: RowStructs | None = None
    """What makes the rows of the current request, if nobody but the writer of the answer looks at them."""

    def __init__(self, database: Database, scope: Mapping[str, object]) -> None:
        self._database = database
        self._scope = MappingProxyType(dict(scope))
        """The values that are bound to every statement: they identify the owner and the parents."""

    @final
    @classmethod
    def row_encoder(cls, operation: str, result: Any) -> Encode | None:
        """What writes the answer of an operation after `skip_models()`; None if its rows have to be models.

        They have to where the method of the operation is overridden, and where only models know how a value
        is written.
        """
        return row_encoder(cls, operation, result)

    @final
    def skip_models(self) -> None:
        """Make no models of rows from here on: the answer is written by `row_encoder()`."""
        self._structs = row_structs(type(self))

    @final
    def _to_rows(self, records: Sequence[Any]) -> list[S]:
        """Build a row of the response from each record, without the rows of other repositories."""
        if self._structs is not None:
            return self._structs.of(records)
        responses = build_rows(
            self.schema,
            records,
            self.response_columns,
            omit_when_null=self.omit_when_null,
            version=VERSION if self.row.version_column else None,
        )
        for name, paths in self.hidden_parts.items():
            for response in responses:
                hide_parts(response.__dict__.get(name), paths)
        return responses

    @final
    async def _to_responses(self, records: Sequence[Any]) -> list[S]:
        """Build a response from each record, without validation: the database holds only valid values.

        The rows of other repositories that they show are fetched with one statement for all of them.
        """
        responses = self._to_rows(records)
        for part in self.embedded if records else ():
            values = [record[part.key] for record in records]
            wanted = list(dict.fromkeys(value for value in values if value is not None))
            related = self._related(part.repository)
            window = {EACH: wanted, LIMIT: part.most_of(len(wanted)), **related._scope}
            statement = part.statement().built_for(type(related))
            found = await self._database.fetch_all(statement, window) if wanted and statement else []
            rows = await related._to_responses(found)
            part.show_all(responses, values, [(r[EACH], row) for r, row in zip(found, rows, strict=True)])
        return responses

    @final
    def _related(self, repository: "type[Responses[Any]]") -> "Responses[Any]":
        """Another repository of the same owner, or of the same readers."""
        other: Responses[Any] = object.__new__(related_class(type(self), repository))
        scope = {OWNER: self._scope[OWNER]} if other._owner_parameters() else {}
        Responses.__init__(other, self._database, scope)
        return other
