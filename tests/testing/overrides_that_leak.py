"""Overrides of a new project's notes. Each leaks in its own way, and past what looks at statements."""

IMPORTS = '''
import os
from uuid import UUID

import asyncpg
from sqlalchemy import Update
from typing_extensions import override

from generated.notes import repository
from generated.notes.table import NoteRow
from generated.runtime import NotFound, Problem, statement
from generated.schemas import Note, NoteCreate, NotePage, NoteUpdate


async def fetch(sql: str, *values: object) -> list[dict]:
    """Rows of a connection of one's own, which nothing looks at."""
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        return [dict(row) for row in await connection.fetch(sql, *values)]
    finally:
        await connection.close()


def to_note(row: dict) -> Note:
    return Note(**{name: value for name, value in row.items() if name != "owner_id"})


LAST: dict[str, str] = {}
KEPT: dict[UUID, Note] = {}
SEEN: list[str] = []


class NoteRepository(repository.NoteRepository):
    @statement
    def _pin(cls) -> Update:
        return cls._update_one({NoteRow.pinned: True})
'''
PIN = """
    @override
    async def pin_note(self, note_id: UUID) -> Note:
        return await self._fetch(self._pin(), note_id)
"""
LEAKS = {
    "getNote: the row of anybody": """
    @override
    async def get_note(self, note_id: UUID) -> Note:
        rows = await fetch("SELECT * FROM notes WHERE id = $1", note_id)
        if not rows:
            raise NotFound
        return to_note(rows[0])
""",
    "getNote: a cache that does not know owners": """
    @override
    async def get_note(self, note_id: UUID) -> Note:
        if note_id not in KEPT:
            KEPT[note_id] = await super().get_note(note_id)
        return KEPT[note_id]
""",
    "updateNote: the text of the user before": """
    @override
    async def update_note(self, note_id: UUID, changes: NoteUpdate) -> Note:
        changed = await super().update_note(note_id, changes)
        before = LAST.get("title", changed.title)
        LAST["title"] = changed.title
        return changed.model_copy(update={"text": before})
""",
    "deleteNote: another status for a row that exists": """
    @override
    async def delete_note(self, note_id: UUID) -> None:
        mine = await fetch("SELECT 1 FROM notes WHERE id = $1 AND owner_id = $2", note_id, self.owner)
        if not mine and await fetch("SELECT 1 FROM notes WHERE id = $1", note_id):
            raise Problem(422, "This note belongs to somebody else.")
        await super().delete_note(note_id)
""",
    "deleteNote: another text for a row that exists": """
    @override
    async def delete_note(self, note_id: UUID) -> None:
        mine = await fetch("SELECT 1 FROM notes WHERE id = $1 AND owner_id = $2", note_id, self.owner)
        if not mine and await fetch("SELECT 1 FROM notes WHERE id = $1", note_id):
            raise Problem(404, "No such note of yours.")
        await super().delete_note(note_id)
""",
    "pinNote: the row is changed, and the answer says nothing": """
    @override
    async def pin_note(self, note_id: UUID) -> Note:
        await fetch("UPDATE notes SET pinned = true WHERE id = $1", note_id)
        return await self._fetch(self._pin(), note_id)
""",
    "listNotes: a count of all rows": """
    @override
    async def list_notes(self, *, page: int, per_page: int, pinned: bool | None) -> NotePage:
        found = await super().list_notes(page=page, per_page=per_page, pinned=pinned)
        everything = await fetch("SELECT count(*) AS number FROM notes")
        return found.model_copy(update={"total": everything[0]["number"]})
""",
    "listNotes: the newest row of anybody": """
    @override
    async def list_notes(self, *, page: int, per_page: int, pinned: bool | None) -> NotePage:
        found = await super().list_notes(page=page, per_page=per_page, pinned=pinned)
        newest = await fetch("SELECT * FROM notes ORDER BY created_at DESC LIMIT 1")
        return found.model_copy(update={"data": [*found.data, *map(to_note, newest)]})
""",
    "createNote: a title is unique among all users": """
    @override
    async def create_note(self, note: NoteCreate) -> Note:
        if await fetch("SELECT 1 FROM notes WHERE title = $1", note.title):
            raise Problem(422, "Somebody has this title already.")
        return await super().create_note(note)
""",
    "createNote: a number that counts the notes of all users": """
    @override
    async def create_note(self, note: NoteCreate) -> Note:
        SEEN.append(note.title)
        created = await super().create_note(note)
        return created.model_copy(update={"text": f"Note {len(SEEN)} of this service."})
""",
}


def source(*leaks: str) -> str:
    """The module overrides/notes.py with these leaks."""
    methods = "".join(LEAKS[leak] for leak in leaks)
    return IMPORTS + ("" if "pin_note" in methods else PIN) + methods
