"""The operations of notes."""

from typing import Literal
from uuid import UUID

from starlette.datastructures import MutableHeaders
from typing_extensions import override

from generated.notes import repository
from generated.schemas import CopyNoteResponse, Note, NoteCreate


class NoteRepository(repository.NoteRepository):
    """The notes of one owner."""

    @override
    async def copy_note(
        self, id: UUID, *, title: str
    ) -> tuple[Literal[200, 201], Note] | tuple[Literal[202], CopyNoteResponse] | tuple[Literal[204], None]:
        note = await self.get_note(id)
        if title == "later":
            return 202, CopyNoteResponse(at="tomorrow")
        if note.title == title:
            return 204, None
        same = await self.list_notes(
            filter_title=title[:20],
            created_gte=None,
            created_lt=None,
            filter_words=None,
            page_number=1,
            page_size=1,
        )
        return (200, same[0]) if same else (201, await self.create_note(NoteCreate(title=title)))

    @override
    async def follow_note(self, id: UUID, *, response_headers: MutableHeaders) -> None:
        note = await self.get_note(id)
        response_headers["Location"] = f"/notes/{note.id}"
