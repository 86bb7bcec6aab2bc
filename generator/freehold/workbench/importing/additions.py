"""What a contract gets: an edit, and what people are told about it."""

from dataclasses import dataclass

from freehold.reading.document import Node
from freehold.workbench.importing.edits import Edit

RESOURCES, CUSTOM, AUTHENTICATION, ERROR_RESPONSES, OPERATION_IDS, PARAMETERS, SCHEMAS = (
    "Resources",
    "Operations that are written by hand",
    "Authentication",
    "Error responses",
    "Operation ids",
    "Parameters",
    "Schemas",
)


@dataclass(frozen=True)
class Addition:
    """An edit with its topic, the part of the contract that it belongs to, and why it is made."""

    topic: str
    edit: Edit
    place: Node
    what: str
    note: str = ""
    group: str = ""
    """What edits have in common that are made together or not at all; empty for one that stands alone."""

    @property
    def fix(self) -> str:
        """What to write by hand, where the edit is not made."""
        return "\n".join(filter(None, (f"{self.edit.instruction}:\n  {self.line}", self.note)))

    @property
    def line(self) -> str:
        """The line that is written."""
        return self.edit.line
