"""Notes that can be finished."""

from sqlalchemy import Update, bindparam
from typing_extensions import override

from generated.notes import repository
from generated.notes.table import NoteRow
from generated.runtime import statement
from generated.schemas import FinishNoteRequest, Note


class NoteRepository(repository.NoteRepository):
    """The notes of one owner."""

    @statement
    def _finish(cls) -> Update:
        return cls._update_one({NoteRow.done: True, NoteRow.text: bindparam("word")})

    @override
    async def finish_note(self, id: int, note: FinishNoteRequest | None) -> Note:
        word = note.word if note else "finished"
        return await self._fetch(self._finish(), id, word=word)
