"""Statements about operations: what is inferred from methods and statuses, and what bodies may hold."""

from tests.dialects.script import Ask, Row, look
from tests.dialects.statements.scenes import (
    A_COMMENT,
    A_TASK,
    COMMENT,
    CONTACT,
    LABEL,
    NOWHERE,
    PROJECT,
    TASK,
    created,
    workspace,
)

PROJECT_ = "/projects/{project[id]}"
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}
PUT = "PUT /labels/{label[id]}"

ROWS = (
    workspace(
        "POST collection, 201 -> create",
        Ask("POST /projects", 201, {"name": "House", "goal": "Roof"}, has={"name": "House", "goal": "Roof"}),
        look("SELECT name AS is FROM projects WHERE org_id = $1", "{alice}", is_="House"),
    ),
    workspace(
        "GET item -> get",
        PROJECT,
        Ask(f"GET {PROJECT_}", has={"id": "{project[id]}", "name": "House"}),
    ),
    workspace(
        "GET item -> 404 for what is not there, or cannot be an id",
        Ask(f"GET /projects/{NOWHERE}", 404),
        Ask("GET /projects/7", 404),
        Ask("GET /labels/x", 404),
        Ask("GET /labels/9223372036854775808", 404),
    ),
    workspace(
        "PATCH item -> update: only what was sent is changed",
        created("/projects", "project", name="House", goal="Roof"),
        Ask(f"PATCH {PROJECT_}", 200, {"name": "Home"}, has={"name": "Home", "goal": "Roof"}),
        Ask(f"PATCH {PROJECT_}", 200, {"goal": None}, has={"name": "Home", "goal": None}),
    ),
    workspace(
        "PATCH item -> update: an empty one changes nothing",
        PROJECT,
        Ask(f"PATCH {PROJECT_}", 200, {}, has={"updated_at": "{project[updated_at]}"}),
    ),
    workspace(
        "PATCH item -> 404 for what is not there",
        Ask(f"PATCH /projects/{NOWHERE}", 404, {"name": "x"}),
        Ask(f"PATCH /projects/{NOWHERE}", 404, {}),
    ),
    workspace(
        "PUT item -> replace: what is not sent takes its default",
        created("/labels", "label", name="Garden", colour="#00aa00"),
        Ask(PUT, 200, {"name": "Yard"}, has={"name": "Yard", "colour": "#000000"}),
        Ask("PUT /labels/9007199254740993", 404, {"name": "x"}),
    ),
    Row(
        "PUT item -> replace: what has no default becomes null",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="x", notes="n", dueOn="2030-01-31", priority=1),
            Ask(
                "PUT /api/{alice}/tasks/{task[id]}",
                200,
                {"title": "y"},
                has={"title": "y", "notes": None, "dueOn": None, "priority": 2, "status": "open"},
            ),
        ),
    ),
    workspace(
        "PUT item -> replace: what is required must be there",
        LABEL,
        Ask(PUT, 422, {"colour": "#00aa00"}, wrong=("/name",)),
    ),
    workspace(
        "DELETE item, 204 -> delete: no body, and it is gone",
        PROJECT,
        Ask(f"DELETE {PROJECT_}", 204, answers={"content-type": None}),
        Ask(f"GET {PROJECT_}", 404),
        Ask(f"DELETE {PROJECT_}", 404),
    ),
    workspace(
        "DELETE item, 200 -> delete: the row as it was",
        *A_COMMENT,
        Ask(f"DELETE {COMMENT}", 200, has={"number": "{comment[number]}", "text": "Blue?"}),
        Ask(f"GET {COMMENT}", 404),
    ),
    workspace(
        "anything else -> custom: what the override does",
        *A_TASK,
        Ask(f"PATCH {TASK}/complete", 200, has={"status": "done"}),
        Ask(f"PATCH {TASK}/complete", 200, has={"status": "open"}),
    ),
    Row(
        "anything else -> custom: a foreign row is 404 there too",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            created("/api/{bob}/tasks", "other", by="bob", title="His"),
            Ask("POST /api/{bob}/tasks/{other[id]}/toggle", 200, by="bob", has={"completed": True}),
            Ask("POST /api/{alice}/tasks/{other[id]}/toggle", 404),
        ),
    ),
    workspace(
        "a method that the path does not know -> 405, with those that it knows",
        PROJECT,
        Ask(f"PUT {PROJECT_}", 405, {"name": "x"}, answers={"Allow": "DELETE, GET, PATCH"}),
    ),
    workspace(
        "a body of a schema of its own -> any other property is 422",
        Ask("POST /projects", 422, {"name": "x", "colour": "red"}, wrong=("/colour",)),
        PROJECT,
        Ask(f"PATCH {PROJECT_}", 422, {"colour": "red"}, wrong=("/colour",)),
    ),
    workspace(
        "a body that is the resource itself -> all that is required without a default",
        Ask("POST /labels", 422, {}, wrong=("/name",)),
        CONTACT,
        Ask("PATCH /contacts/{contact[id]}", 200, {"vip": True}, has={"name": "Ada", "vip": True}),
    ),
    workspace(
        "a body with several mistakes -> all of them in one answer",
        Ask("POST /labels", 422, {"colour": "red", "size": 1}, wrong=("/name", "/colour", "/size")),
    ),
    workspace(
        "application/merge-patch+json -> an update takes it",
        PROJECT,
        Ask(f"PATCH {PROJECT_}", 200, content=b'{"goal": "x"}', headers=MERGE_PATCH, has={"goal": "x"}),
    ),
    workspace(
        "application/merge-patch+json that is not declared -> 415",
        CONTACT,
        Ask("PATCH /contacts/{contact[id]}", 415, content=b"{}", headers=MERGE_PATCH),
        Ask("POST /projects", 415, content=b'{"name": "x"}', headers=MERGE_PATCH),
    ),
    workspace(
        "any other media type -> 415, with those that are taken",
        PROJECT,
        Ask(
            f"PATCH {PROJECT_}",
            415,
            content=b"{}",
            headers=TEXT,
            answers={"Accept": "application/json, application/merge-patch+json"},
        ),
        Ask("POST /projects", 415, content=b'{"name": "x"}', headers=TEXT),
        Ask("POST /projects", 415, content=b'{"name": "x"}'),
    ),
    workspace(
        "a body that is no JSON -> 400",
        Ask("POST /projects", 400, content=b'{"name": ', headers=JSON),
        Ask("POST /projects", 400, content=b"", headers=JSON),
        Ask("POST /projects", 400, content=b'{"name": "\xff"}', headers=JSON),
    ),
    workspace(
        "a body that is JSON and no object -> 422",
        *(Ask("POST /projects", 422, content=body, headers=JSON) for body in (b"[]", b"null", b'"x"', b"7")),
    ),
)
