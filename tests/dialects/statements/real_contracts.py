"""Statements about contracts as other tools export them: Django REST framework and FastAPI."""

from tests.dialects.scenarios import Request, Scenario
from tests.dialects.statements.scenes import created

NOTE = created("/api/notes/", "note", title="Mine")
HIS_NOTE = created("/api/notes/", "his_note", by="bob", title="His")
LIST, NOTE_ = "GET /api/notes/", "/api/notes/{note[id]}/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
ITEM = created("/api/v1/items/", "item", title="Mine")


ME = "GET /api/v1/users/me"


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
    drf(
        "a form beside JSON -> 415, and JSON is read",
        Request("POST /api/notes/", 415, content=b"title=x", headers=FORM),
        NOTE,
    ),
    drf("an answer without a name -> named after its operation", NOTE, Request(LIST, has={"total": 1})),
    drf(
        "an optional body -> {} for a standard operation, None for a custom one",
        NOTE,
        Request(f"PATCH {NOTE_}", has={"title": "Mine", "id": "{note[id]}"}),
        Request(f"PATCH {NOTE_}", has={"title": "Mine"}, content=b"", headers=JSON),
        Request(f"POST {NOTE_}finish/", has={"text": "finished", "done": True}),
        Request(f"POST {NOTE_}finish/", 200, {"word": "Well"}, has={"text": "Well"}),
        Request(f"POST {NOTE_}finish/", 404, by="bob"),
        Request(f"POST {NOTE_}finish/", 422, {"word": 7}),
        Request(f"POST {NOTE_}finish/", 415, content=b"word=x", headers=FORM),
    ),
    drf(
        "an optional body that cannot be empty -> required",
        Request("POST /api/notes/", 415),
        Request("POST /api/notes/", 400, content=b"", headers=JSON),
    ),
    drf(
        "basic authentication and cookies beside a bearer token -> 401",
        Request(LIST, 401, by="nobody", headers={"Authorization": "Basic YWxpY2U6eA=="}),
        Request(LIST, 401, by="nobody", headers={"Cookie": "sessionid=x"}),
    ),
    fastapi(
        "oauth2 -> bearer tokens, whose scopes are checked",
        ITEM,
        Request("DELETE {item[location]}", 403, by="her guest"),
        Request("DELETE {item[location]}", 401, by="nobody"),
        Request("DELETE {item[location]}", 204),
    ),
    fastapi(
        "an operation without a resource -> it has the caller and the caller's rows",
        ITEM,
        created("/api/v1/items/", "his_item", by="bob", title="His"),
        Request(ME, has={"id": "{alice}", "item_count": 1}),
        Request(ME, 401, by="nobody"),
        Request("POST /api/v1/items-import/New", 201, {"title": "x"}, params={"copies": 3}),
        Request("POST /api/v1/items-import/New", 403, {"title": "x"}, by="her guest"),
        Request("POST /api/v1/items-import/New", 422, {"title": ""}),
        Request("POST /api/v1/items-import/New", 422, {"title": "x"}, params={"copies": 10}),
        Request(ME, has={"item_count": 4}),
        Request("GET /api/v1/items/", by="bob", has={"total": 1}),
    ),
    fastapi(
        "an operation without a resource that is public -> without a token",
        Request("GET /api/v1/utils/health-check/", by="nobody"),
    ),
)
