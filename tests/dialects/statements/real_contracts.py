"""Statements about contracts as other tools export them: Django REST framework and FastAPI."""

from tests.dialects.scenarios import Request, Scenario
from tests.dialects.statements.scenes import created

NOTE = created("/api/notes/", "note", title="Mine")
HIS_NOTE = created("/api/notes/", "his_note", by="bob", title="His")
ITEM = created("/api/v1/items/", "item", title="Mine")


def drf(statement: str, *steps: Request) -> Scenario:
    return Scenario(statement, "drf", steps)


def fastapi(statement: str, *steps: Request) -> Scenario:
    return Scenario(statement, "fastapi", steps)


SCENARIOS = (
    drf(
        "/notes/ with /notes/{id}/ -> one collection",
        NOTE,
        HIS_NOTE,
        Request("GET /api/notes/{note[id]}/", has={"id": "{note[id]}", "title": "Mine"}),
        Request("GET {note[location]}", has={"id": "{note[id]}"}),
        Request("GET /api/notes/{his_note[id]}/", 404),
        Request("GET /api/notes/", rows=("title", ("Mine",))),
        Request("DELETE /api/notes/{note[id]}/", 204),
    ),
    drf(
        "/notes/ -> each path is served exactly as it is written",
        NOTE,
        Request("GET /api/notes", 404),
        Request("POST /api/notes", 404, {"title": "x"}),
        Request("GET /api/notes/{note[id]}", 404),
    ),
    fastapi(
        "/items/ with /items/{id} -> one collection",
        ITEM,
        Request("GET {item[location]}", has={"id": "{item[id]}"}),
        Request("GET /api/v1/items/{item[id]}/", 404),
        Request("DELETE /api/v1/items/{item[id]}", 404, by="bob"),
        Request("GET /api/v1/items/", has={"total": 1}),
    ),
)
