"""The golden library: its contract, a script that creates its tables, and request bodies."""

import json

from tests.support.contracts import LIBRARY

CONTRACT = json.loads((LIBRARY / "generated" / "contract.json").read_text("utf-8"))
TABLES = """
import asyncio, sys
from sqlalchemy.ext.asyncio import create_async_engine
from generated.books import table as books
from generated.loans import table as loans
from generated.runtime.rows.table_row import Row
from generated.tags import table as tags

async def make(url):
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Row.metadata.create_all)
    await engine.dispose()

asyncio.run(make(sys.argv[1].replace("postgresql://", "postgresql+asyncpg://")))
"""

AUTHOR = {"fullName": "Ursula K. Le Guin", "bornOn": "1929-10-21"}
LEAST = {"title": "The Word", "pages": 189, "published_on": "1972-06-01"}
BOOK = {
    **LEAST,
    "subtitle": 'It\'s a "second" \\ title',
    "language": "de",
    "binding": "e-book",
    "words": 2**63 - 1,
    "rating": 4.75,
    "weight": 0.1,
    "copies": -(2**63),
    "in_print": True,
    "last_read_at": "2026-11-20T09:30:00.123456Z",
    "publisher_email": "press@example.com",
    "homepage": "https://example.com/a?b=c",
    "labels": ["a", "it's", '{"quoted", \\}', "世界"],
    "tags": [{"word": "forest", "addedOn": "2026-11-20"}, {"word": "war"}],
    "authors": [AUTHOR, {"fullName": "Anna", "bornOn": None}, {"fullName": "Nobody"}],
    "publisher": AUTHOR,
    "translator": {"fullName": "Somebody"},
    "dimensions": {"widthMm": 120, "heightMm": 180, "weightKg": "0.0000001", "seal": "AA=="},
    "medium": "paper",
    "stars": 3,
    "price": "12345678901234567890.120",
    "cover": "AP8Q/w==",
    "readAloudAt": "20:15:00+02:00",
    "readAt": ["2026-11-20T09:30:00Z", "1999-12-31T23:59:59.999999Z"],
    "prices": ["0.0000001", "100000000000000000000", "-1.50"],
    "chapters": ["AP8=", "AA=="],
    "date": "2024-02-29",
    "isbn13": "9780765324641",
    "firstReader": "Grüße",
}
NOTE = {"secretNote": "only I may write this"}
DEFAULTS = {
    "subtitle": None,
    "language": "en",
    "binding": "paperback",
    "words": None,
    "weight": 0.5,
    "copies": 1,
    "in_print": True,
    "last_read_at": None,
    "publisher_email": None,
    "labels": ['a "b"'],
    "translator": None,
    "medium": "paper",
    "chapters": None,
    "firstReader": None,
}
CHANGES: dict[str, object] = {
    "title": "The Word for World",
    "subtitle": None,
    "rating": 5.0,
    "in_print": False,
    "words": None,
    "labels": [],
    "publisher": {"fullName": "Another"},
    "translator": None,
    "stars": 1,
    "price": "0.5",
    "cover": "",
    "readAloudAt": "00:00:00Z",
}
