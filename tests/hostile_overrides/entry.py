"""One override of the corpus: what it does, its source, and who must refuse it."""

import re
from dataclasses import dataclass
from enum import StrEnum

_STATEMENTS = {
    "update(": "Update",
    "cls._update_one(": "Update",
    "delete(": "Any",  # SQLAlchemy types a DELETE that returns as no DELETE
    "cls._delete_one(": "Delete",
    "insert(": "Insert",
    "pg_insert(": "Insert",
    "cls._insert(": "Insert",
}
"""The types of expressions, by their start."""


class Kind(StrEnum):
    """Who wrote the override."""

    HOSTILE = "hostile"
    """Someone who wants the rows of other owners."""
    CARELESS = "careless"
    """A colleague in a hurry."""
    HARMLESS = "harmless"
    """A colleague whose override is fine. It must be accepted, and work."""
    UNCHECKED = "out of reach"
    """An override that goes past statements: code of its own, which no check of a statement can refuse."""


class Aim(StrEnum):
    """What the override would reach."""

    ROW = "a row of another owner"
    COUNT = "how many rows others have"
    EXISTENCE = "whether another owner has a row"
    WRITE = "a change of another owner's row"
    GIFT = "a row moved to or made for another owner"
    SESSION = "text that the connection carries to the next request"
    PARENT = "a row of the same owner under another parent"
    SERVER = "the database server: files, locks, notifications, time"
    NOTHING = "nothing of others"


class Place(StrEnum):
    """Where the override is written."""

    TASK = "tasks"
    """An operation on a task."""
    COMMENT = "comments"
    """An operation on a comment, which is nested under its task."""
    SHARED = "announcements"
    """An operation on an announcement, which all users share. It needs the scope `write`."""
    SERVICE = "operations"
    """An operation that belongs to no resource. It has the claims of the caller, and all repositories."""
    OWN = "own"
    """A resource of its own, because it changes the repository class."""


@dataclass(frozen=True)
class Override:
    """An override, with the operation that runs it: `POST /tasks/{task_id}/<name>`, say."""

    name: str
    reason: str
    """What its author has in mind."""
    code: str
    """The body of the class, or only the expression that its statement returns."""
    aim: Aim = Aim.ROW
    kind: Kind = Kind.HOSTILE
    above: str = ""
    """What stands above the class: functions and types."""
    place: Place = Place.TASK
    lock: bool = True
    """Whether the statement guard refuses it."""
    prove: bool = True
    """Whether `freehold prove` names it."""
    types: bool = False
    """Whether mypy refuses it."""
    built: bool = True
    """Whether the guard refuses it when a statement is built; otherwise it does when the statement runs."""
    starts: bool = True
    """Whether the service starts with it: the guard refuses some classes when they are defined."""
    reaches: bool | None = True
    """Whether it reaches its aim on a service without a statement guard, as bob's requests can see; None for
    what sometimes does."""

    @property
    def statement(self) -> str:
        """The name of the method that builds the statement, where the code is only an expression."""
        return f"_{self.name}"

    @property
    def body(self) -> str:
        """The code of the class, indented."""
        code = self.code.strip("\n")
        lines = [] if re.search(r"(?m)^ *(async )?def ", code) else self._statement_lines(code)
        text = "\n".join(lines) if lines else code
        return text if "async def" in text else f"{text}\n\n{self._operation(self.statement)}"

    def _statement_lines(self, code: str) -> list[str]:
        returns = next(
            (name for start, name in _STATEMENTS.items() if code.lstrip().startswith(start)), "Select[Any]"
        )
        expression = [f"            {line.strip()}" for line in code.splitlines()]
        return [
            "    @statement",
            f"    def {self.statement}(cls) -> {returns}:",
            "        return (",
            *expression,
            "        )",
        ]

    def _operation(self, statement: str) -> str:
        if self.place is Place.COMMENT:
            signature, values = "task_id: UUID, comment_id: UUID) -> Comment", "comment_id, task_id=task_id"
        elif self.place is Place.SHARED:
            signature, values = "announcement_id: int) -> Announcement", "announcement_id"
        else:
            signature, values = "task_id: UUID) -> Task", "task_id"
        return (
            f"    @override\n    async def {self.name}(self, {signature}:\n"
            f"        return await self._fetch(self.{statement}(), {values})"
        )
