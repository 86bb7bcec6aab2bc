"""Notes that can be pinned, in one statement that reaches only the notes of their owner."""

from uuid import UUID

from sqlalchemy import Update
from typing_extensions import override

from generated.notes import repository
from generated.notes.table import NoteRow
from generated.runtime import statement
from generated.schemas import Note


class NoteRepository(repository.NoteRepository):
    """The notes of one owner, with the operation that pins one."""

    @statement
    def _pin(cls) -> Update:
        return cls._update_one({NoteRow.pinned: True})

    @override
    async def pin_note(self, note_id: UUID) -> Note:
        return await self._fetch(self._pin(), note_id)
