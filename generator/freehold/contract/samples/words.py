"""What a person would write for a property, by the words of its name."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from freehold.ground.naming import snake_case

V = TypeVar("V")

_PEOPLE = ("Ada Lovelace", "Alan Turing")
TEXTS: Mapping[str, Sequence[str]] = {
    "address": ("1 Garden Street, 10115 Berlin", "2 Park Lane, 10117 Berlin"),
    **dict.fromkeys(("assignee", "author", "borrower", "creator", "editor", "reporter"), _PEOPLE),
    "bio": ("Grows tomatoes on the balcony.", "Reads about plants."),
    "body": ("The fern wants more than the others.", "The tomatoes are ripe."),
    "brand": ("Example", "Sample"),
    "category": ("garden", "kitchen"),
    "city": ("Berlin", "Paris"),
    "code": ("A-100", "A-101"),
    "color": ("green", "red"),
    "colour": ("green", "red"),
    "comment": ("Sounds good.", "On it."),
    "company": ("Example Ltd", "Sample Inc"),
    "content": ("The fern wants more than the others.", "The tomatoes are ripe."),
    "country": ("Germany", "France"),
    "currency": ("EUR", "USD"),
    "cursor": ("bmV4dC1wYWdl", "bGFzdC1wYWdl"),
    "department": ("Research", "Sales"),
    "description": ("The fern wants more than the others.", "The tomatoes are ripe."),
    "email": ("ada@example.com", "alan@example.com"),
    "file": ("plan.pdf", "photo.jpg"),
    "first_name": ("Ada", "Alan"),
    "firstname": ("Ada", "Alan"),
    "full_name": _PEOPLE,
    "goal": ("Everything is green by June.", "Nobody waits for an answer."),
    "handle": ("ada", "alan"),
    "headline": ("The garden is open", "The garden is closed"),
    "hostname": ("example.com", "www.example.com"),
    "isbn": ("978-0-00-000000-2", "978-0-00-000001-9"),
    "label": ("garden", "kitchen"),
    "language": ("en", "de"),
    "keyword": ("garden", "kitchen"),
    "last_name": ("Lovelace", "Turing"),
    "lastname": ("Lovelace", "Turing"),
    "locale": ("en-US", "de-DE"),
    "location": ("Berlin", "Paris"),
    "message": ("Sounds good.", "On it."),
    "mime_type": ("application/pdf", "image/jpeg"),
    "model": ("Model A", "Model B"),
    "nickname": ("ada", "alan"),
    "note": ("The fern wants more than the others.", "The tomatoes are ripe."),
    "notes": ("The fern wants more than the others.", "The tomatoes are ripe."),
    "number": ("A-100", "A-101"),
    "owner": ("alice", "bob"),
    "password": ("correct horse battery staple", "tomato fern basil mint"),
    "phone": ("+1 202 555 0100", "+1 202 555 0101"),
    "pin": ("4711", "4712"),
    "plan": ("basic", "team"),
    "postal_code": ("10115", "10117"),
    "publisher": ("Example Press", "Sample Books"),
    "q": ("plants", "garden"),
    "query": ("plants", "garden"),
    "reason": ("It is done.", "It is no longer needed."),
    "region": ("Berlin", "Brandenburg"),
    "role": ("member", "admin"),
    "search": ("plants", "garden"),
    "slug": ("water-the-plants", "feed-the-cat"),
    "state": ("open", "done"),
    "status": ("open", "done"),
    "street": ("1 Garden Street", "2 Park Lane"),
    "subject": ("Water the plants", "Feed the cat"),
    "subtitle": ("Every other day", "Once a week"),
    "summary": ("The fern wants more than the others.", "The tomatoes are ripe."),
    "tag": ("garden", "kitchen"),
    "tags": ("garden", "kitchen"),
    "text": ("Sounds good.", "On it."),
    "timezone": ("Europe/Berlin", "Europe/Paris"),
    "time_zone": ("Europe/Berlin", "Europe/Paris"),
    "title": ("Water the plants", "Water all the plants"),
    "user": ("alice", "bob"),
    "token": ("bmV4dC1wYWdl", "bGFzdC1wYWdl"),
    "username": ("ada", "alan"),
    "word": ("garden", "kitchen"),
    "zip": ("10115", "10117"),
}
"""Two texts for each word."""
NAMES: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(
        ("author", "contact", "customer", "employee", "member", "patient", "person", "profile", "user"),
        _PEOPLE,
    ),
    **dict.fromkeys(("company", "organization", "organisation", "tenant"), ("Example Ltd", "Sample Inc")),
    **dict.fromkeys(("attachment", "document", "file", "image", "photo"), ("plan.pdf", "photo.jpg")),
    **dict.fromkeys(("item", "product"), ("Watering can", "Flower pot")),
    **dict.fromkeys(("label", "tag", "category", "list", "board"), ("Garden", "Kitchen")),
    "plan": ("Basic", "Team"),
    "project": ("New garden", "Old garden"),
    "task": ("Water the plants", "Water all the plants"),
    "team": ("Gardeners", "Cooks"),
}
"""Names of what a resource describes."""
TITLES: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("article", "page", "post"), ("How to water plants", "How to feed a cat")),
    "book": ("Middlemarch", "Emma"),
    **dict.fromkeys(("movie", "film"), ("Metropolis", "Nosferatu")),
    **dict.fromkeys(("issue", "ticket"), ("The door does not open", "The light does not go out")),
    "event": ("Garden party", "Flea market"),
}
"""Titles of what is no task."""
COUNTRY_CODES = ("DE", "FR")
NUMBERS: Mapping[str, float] = {
    "age": 36,
    "amount": 12.5,
    "balance": 12.5,
    "bytes": 1024,
    "capacity": 20,
    "cost": 12.5,
    "credit": 12.5,
    "day": 9,
    "discount": 10,
    "duration": 30,
    "height": 100,
    "latitude": 52.52,
    "lat": 52.52,
    "limit": 20,
    "lng": 13.405,
    "lon": 13.405,
    "longitude": 13.405,
    "minutes": 30,
    "month": 3,
    "offset": 0,
    "page_size": 20,
    "pages": 240,
    "per_page": 20,
    "percent": 50,
    "port": 8080,
    "price": 12.5,
    "quantity": 3,
    "rating": 4,
    "score": 4.5,
    "seconds": 60,
    "size": 1024,
    "skip": 0,
    "stars": 4,
    "stock": 20,
    "temperature": 21.5,
    "total_pages": 1,
    "weight": 2.5,
    "width": 100,
    "year": 2026,
}
DAYS: Mapping[str, str] = {
    "birth": "1985-12-10",
    "birthday": "1985-12-10",
    "born": "1985-12-10",
    "created": "2026-03-02",
    "deadline": "2026-03-16",
    "due": "2026-03-16",
    "end": "2026-03-16",
    "ends": "2026-03-16",
    "expires": "2026-12-31",
    "published": "2026-01-15",
    "registered": "2026-03-02",
    "said": "2026-03-02",
    "until": "2026-03-16",
    "updated": "2026-03-02",
    "changed": "2026-03-02",
    "modified": "2026-03-02",
}
DAY = "2026-03-09"
TRUE = frozenset(
    {"active", "available", "confirmed", "enabled", "public", "published", "verified", "visible"}
)
"""Words of booleans that are usually true."""
NOT_YET = frozenset(
    """
    archived assigned canceled cancelled closed completed cursor deleted done ended expired finished next
    previous prev read rejected removed resolved returned revoked
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Words of properties that are null until something happens."""

PASSWORDS = ("Tomato77!", "Tomato-Fern-77!", "tomatoFern77", "TomatoFern")
"""Texts as passwords usually have to be: letters of both cases, a digit, another character."""


def words_of(name: str) -> list[str]:
    """Return the words of a name: `due`, `on` of `dueOn`."""
    return [word for word in snake_case(name).split("_") if word]


def singular(name: str) -> str:
    """Return the name of an element: `tag` of `tags`."""
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def look_up(table: Mapping[str, V], name: str) -> V | None:
    """Return the entry of a name: of the whole name, of its end, or of another word of it."""
    words = words_of(name)
    ends = ["_".join(words[start:]) for start in range(len(words))]
    return next((table[key] for key in (*ends, *reversed(words)) if key in table), None)
