"""Statements about who may ask: tokens, scopes, owners in the path, public operations."""

from tests.dialects.script import Ask, Look, Row
from tests.dialects.statements.scenes import LABEL, PROJECT, created, workspace

PLAN = Look("INSERT INTO plans (name, price) VALUES ('Free', 0) RETURNING 'Free' AS is", (), [{"is": "Free"}])

ROWS = (
    workspace(
        "security: [{bearerAuth: []}] -> without a token 401, and which kind is needed",
        Ask("GET /projects", 401, by="nobody", answers={"WWW-Authenticate": "Bearer"}),
        Ask("POST /projects", 401, {"name": "x"}, by="nobody"),
    ),
    workspace(
        "security: [{bearerAuth: []}] -> 401 comes before everything that is wrong with a request",
        Ask("POST /projects", 401, by="nobody", content=b"{", headers={"Content-Type": "text/plain"}),
        Ask("GET /projects", 401, by="nobody", params={"page": 0}),
    ),
    workspace(
        "security: [{bearerAuth: []}] -> with a token that is not valid 401",
        Ask(
            "GET /projects",
            401,
            by="nobody",
            headers={"Authorization": "Bearer a.b.c"},
            answers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        ),
        Ask("GET /projects", 401, by="nobody", headers={"Authorization": "Basic YTpi"}),
    ),
    workspace(
        "bearerAuth: [labels:write] -> a token without the scope is 403, and the scope is named",
        Ask(
            "POST /labels",
            403,
            {"name": "x"},
            by="her guest",
            answers={"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="labels:write"'},
        ),
        LABEL,
        Ask("PUT /labels/{label[id]}", 403, {"name": "x"}, by="her guest"),
        Ask("DELETE /labels/{label[id]}", 403, by="her reader"),
        Ask("GET /labels/{label[id]}", by="her guest", has={"name": "Garden"}),
    ),
    workspace(
        "bearerAuth: [labels:write] -> 403 comes before a look at the body and at the row",
        Ask("POST /labels", 403, by="her guest", content=b"{"),
        Ask("DELETE /labels/9007199254740993", 403, by="her guest"),
    ),
    workspace(
        "bearerAuth: [labels:write] -> in permissions it counts as well",
        created("/labels", "label", by="her robot", name="Metal"),
        Ask("GET /labels", rows=("name", ("Metal",))),
    ),
    workspace(
        "x-public: true -> anybody may read, with and without a token",
        PLAN,
        Ask("GET /plans", by="nobody"),
        Ask("GET /plans"),
    ),
    workspace(
        "owner: none without x-public -> a token is needed, whoever has it",
        Look("DELETE FROM plans", (), []),
        PLAN,
        Ask("GET /plans", rows=("name", ("Free",))),
        Ask("GET /plans/1", 401, by="nobody"),
        Ask("GET /plans/9007199254740993", 404, by="a stranger without claims"),
    ),
    workspace(
        "owner: none -> what the contract does not say cannot be done",
        Ask("POST /plans", 405, {"name": "x", "price": "1"}, answers={"Allow": "GET"}),
    ),
    Row(
        "x-owner without a declared 403 -> another owner in the path is 404",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Ask("GET /api/{alice}/tasks", 404, by="bob"),
            Ask("POST /api/{alice}/tasks", 404, {"title": "His"}, by="bob"),
            Ask("DELETE /api/{alice}/tasks/{task[id]}", 404, by="bob"),
            Ask("GET /api/{alice}/tasks", rows=("title", ("Mine",))),
        ),
    ),
    Row(
        "x-owner with a declared 403 -> another owner in the path is 403, before the body is read",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Ask("GET /api/{alice}/tasks", 403, by="bob"),
            Ask("POST /api/{alice}/tasks", 403, by="bob", content=b"{"),
            Ask("GET /api/somebody/tasks/{task[id]}", 403),
        ),
    ),
    Row(
        "x-owner -> a row of somebody else below one's own name is 404",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Ask("GET /api/{alice}/tasks", 403, by="bob"),
            Ask("GET /api/{bob}/tasks/{task[id]}", 404, by="bob"),
        ),
    ),
    Row(
        "owner: {format: uuid} -> a token whose sub is no UUID is 401",
        "paged",
        (Ask("GET /tasks", 401, by="a stranger without claims"), Ask("GET /tasks", has={"total": 0})),
    ),
    workspace(
        "x-problems: standard -> a failure is a problem, with the id of its request",
        Ask(
            "GET /projects/7",
            404,
            headers={"X-Request-Id": "abc-123"},
            has={
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "instance": "urn:request:abc-123",
            },
            answers={"Content-Type": "application/problem+json", "X-Request-Id": "abc-123"},
        ),
    ),
    workspace(
        "x-problems: standard -> a problem never repeats what was sent",
        PROJECT,
        Ask(
            "POST /projects",
            422,
            {"name": "", "goal": 7, "hush": "secret"},
            wrong=("/name", "/goal", "/hush"),
        ),
        Ask("POST /labels", 422, {"name": "x", "colour": "red"}, wrong=("/colour",)),
    ),
)
