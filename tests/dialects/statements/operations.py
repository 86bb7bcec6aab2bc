"""Statements about operations: what is inferred from methods and statuses, and what bodies may hold."""

from tests.dialects.scenarios import Request, Scenario, query_value
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

SCENARIOS = (
    workspace(
        "POST collection, 201 -> create",
        Request(
            "POST /projects", 201, {"name": "House", "goal": "Roof"}, has={"name": "House", "goal": "Roof"}
        ),
        query_value("SELECT name AS is FROM projects WHERE org_id = $1", "{alice}", expected="House"),
    ),
    workspace(
        "GET item -> get",
        PROJECT,
        Request(f"GET {PROJECT_}", has={"id": "{project[id]}", "name": "House"}),
    ),
    workspace(
        "GET item -> 404 for what is not there, or cannot be an id",
        Request(f"GET /projects/{NOWHERE}", 404),
        Request("GET /projects/7", 404),
        Request("GET /labels/x", 404),
        Request("GET /labels/9223372036854775808", 404),
    ),
    workspace(
        "PATCH item -> update: only what was sent is changed",
        created("/projects", "project", name="House", goal="Roof"),
        Request(f"PATCH {PROJECT_}", 200, {"name": "Home"}, has={"name": "Home", "goal": "Roof"}),
        Request(f"PATCH {PROJECT_}", 200, {"goal": None}, has={"name": "Home", "goal": None}),
    ),
    workspace(
        "PATCH item -> update: an empty one changes nothing",
        PROJECT,
        Request(f"PATCH {PROJECT_}", 200, {}, has={"updated_at": "{project[updated_at]}"}),
    ),
    workspace(
        "PATCH item -> 404 for what is not there",
        Request(f"PATCH /projects/{NOWHERE}", 404, {"name": "x"}),
        Request(f"PATCH /projects/{NOWHERE}", 404, {}),
    ),
    workspace(
        "PUT item -> replace: what is not sent takes its default",
        created("/labels", "label", name="Garden", colour="#00aa00"),
        Request(PUT, 200, {"name": "Yard"}, has={"name": "Yard", "colour": "#000000"}),
        Request("PUT /labels/9007199254740993", 404, {"name": "x"}),
    ),
    Scenario(
        "PUT item -> replace: what has no default becomes null",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="x", notes="n", dueOn="2030-01-31", priority=1),
            Request(
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
        Request(PUT, 422, {"colour": "#00aa00"}, error_locations=("/name",)),
    ),
    workspace(
        "DELETE item, 204 -> delete: no body, and it is gone",
        PROJECT,
        Request(f"DELETE {PROJECT_}", 204, response_headers={"content-type": None}),
        Request(f"GET {PROJECT_}", 404),
        Request(f"DELETE {PROJECT_}", 404),
    ),
    workspace(
        "DELETE item, 200 -> delete: the row as it was",
        *A_COMMENT,
        Request(f"DELETE {COMMENT}", 200, has={"number": "{comment[number]}", "text": "Blue?"}),
        Request(f"GET {COMMENT}", 404),
    ),
    workspace(
        "anything else -> custom: what the override does",
        *A_TASK,
        Request(f"PATCH {TASK}/complete", 200, has={"status": "done"}),
        Request(f"PATCH {TASK}/complete", 200, has={"status": "open"}),
    ),
    Scenario(
        "anything else -> custom: a foreign row is 404 there too",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            created("/api/{bob}/tasks", "other", by="bob", title="His"),
            Request("POST /api/{bob}/tasks/{other[id]}/toggle", 200, by="bob", has={"completed": True}),
            Request("POST /api/{alice}/tasks/{other[id]}/toggle", 404),
        ),
    ),
    workspace(
        "a method that the path does not know -> 405, with those that it knows",
        PROJECT,
        Request(
            f"PUT {PROJECT_}",
            405,
            {"name": "x"},
            response_headers={"Allow": "DELETE, GET, HEAD, OPTIONS, PATCH"},
        ),
    ),
    workspace(
        "a body of a schema of its own -> any other property is 422",
        Request("POST /projects", 422, {"name": "x", "colour": "red"}, error_locations=("/colour",)),
        PROJECT,
        Request(f"PATCH {PROJECT_}", 422, {"colour": "red"}, error_locations=("/colour",)),
    ),
    workspace(
        "a body that is the resource itself -> all that is required without a default",
        Request("POST /labels", 422, {}, error_locations=("/name",)),
        CONTACT,
        Request("PATCH /contacts/{contact[id]}", 200, {"vip": True}, has={"name": "Ada", "vip": True}),
    ),
    workspace(
        "a body with several mistakes -> all of them in one answer",
        Request(
            "POST /labels", 422, {"colour": "red", "size": 1}, error_locations=("/name", "/colour", "/size")
        ),
    ),
    workspace(
        "application/merge-patch+json -> an update takes it",
        PROJECT,
        Request(f"PATCH {PROJECT_}", 200, content=b'{"goal": "x"}', headers=MERGE_PATCH, has={"goal": "x"}),
    ),
    workspace(
        "application/merge-patch+json that is not declared -> an update takes it, and nothing else does",
        CONTACT,
        Request(
            "PATCH /contacts/{contact[id]}",
            200,
            content=b'{"vip": true}',
            headers=MERGE_PATCH,
            has={"vip": True},
        ),
        Request("PATCH /contacts/{contact[id]}", 422, content=b'{"vip": 1}', headers=MERGE_PATCH),
        Request("POST /projects", 415, content=b'{"name": "x"}', headers=MERGE_PATCH),
    ),
    workspace(
        "any other media type -> 415, with those that are taken",
        PROJECT,
        Request(
            f"PATCH {PROJECT_}",
            415,
            content=b"{}",
            headers=TEXT,
            response_headers={"Accept": "application/json, application/merge-patch+json"},
        ),
        Request("POST /projects", 415, content=b'{"name": "x"}', headers=TEXT),
        Request("POST /projects", 415, content=b'{"name": "x"}'),
    ),
    workspace(
        "a body that is no JSON -> 400",
        Request("POST /projects", 400, content=b'{"name": ', headers=JSON),
        Request("POST /projects", 400, content=b"", headers=JSON),
        Request("POST /projects", 400, content=b'{"name": "\xff"}', headers=JSON),
    ),
    workspace(
        "a body that is JSON and no object -> 422",
        *(
            Request("POST /projects", 422, content=body, headers=JSON)
            for body in (b"[]", b"null", b'"x"', b"7")
        ),
    ),
)
