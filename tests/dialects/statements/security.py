"""Statements about who may ask: tokens, scopes, owners in the path, public operations."""

from tests.dialects.scenarios import DatabaseQuery, Request, Scenario
from tests.dialects.statements.scenes import LABEL, PROJECT, created, workspace

PLAN = DatabaseQuery(
    "INSERT INTO plans (name, price) VALUES ('Free', 0) RETURNING 'Free' AS is", (), [{"is": "Free"}]
)

SCENARIOS = (
    workspace(
        "security: [{bearerAuth: []}] -> without a token 401, and which kind is needed",
        Request("GET /projects", 401, by="nobody", response_headers={"WWW-Authenticate": "Bearer"}),
        Request("POST /projects", 401, {"name": "x"}, by="nobody"),
    ),
    workspace(
        "security: [{bearerAuth: []}] -> 401 comes before everything that is wrong with a request",
        Request("POST /projects", 401, by="nobody", content=b"{", headers={"Content-Type": "text/plain"}),
        Request("GET /projects", 401, by="nobody", params={"page": 0}),
    ),
    workspace(
        "security: [{bearerAuth: []}] -> with a token that is not valid 401",
        Request(
            "GET /projects",
            401,
            by="nobody",
            headers={"Authorization": "Bearer a.b.c"},
            response_headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        ),
        Request("GET /projects", 401, by="nobody", headers={"Authorization": "Basic YTpi"}),
    ),
    workspace(
        "bearerAuth: [labels:write] -> a token without the scope is 403, and the scope is named",
        Request(
            "POST /labels",
            403,
            {"name": "x"},
            by="her guest",
            response_headers={"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="labels:write"'},
        ),
        LABEL,
        Request(
            "PUT /labels/{label[id]}", 403, {"name": "x"}, by="her guest", has={"code": "insufficient_scope"}
        ),
        Request("DELETE /labels/{label[id]}", 403, by="her reader"),
        Request("GET /labels/{label[id]}", by="her guest", has={"name": "Garden"}),
    ),
    workspace(
        "bearerAuth: [labels:write] -> 403 comes before a look at the body and at the row",
        Request("POST /labels", 403, by="her guest", content=b"{"),
        Request("DELETE /labels/9007199254740993", 403, by="her guest"),
    ),
    workspace(
        "[{bearerAuth: [labels:write]}, {bearerAuth: [labels:read, admin]}] -> one of them suffices",
        LABEL,
        Request(
            "DELETE /labels/{label[id]}",
            403,
            by="her reader",
            response_headers={"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="labels:write"'},
        ),
        Request("DELETE /labels/{label[id]}", 204, by="her administrator"),
        Request("POST /labels", 403, {"name": "x"}, by="her administrator"),
    ),
    workspace(
        "bearerAuth: [labels:write] -> in permissions it counts as well",
        created("/labels", "label", by="her robot", name="Metal"),
        Request("GET /labels", rows=("name", ("Metal",))),
    ),
    workspace(
        "x-public: true -> anybody may read, with and without a token",
        PLAN,
        Request("GET /plans", by="nobody"),
        Request("GET /plans"),
    ),
    workspace(
        "owner: none without x-public -> a token is needed, whoever has it",
        DatabaseQuery("DELETE FROM plans", (), []),
        PLAN,
        Request("GET /plans", rows=("name", ("Free",))),
        Request("GET /plans/1", 401, by="nobody"),
        Request("GET /plans/9007199254740993", 404, by="a stranger without claims"),
    ),
    workspace(
        "owner: none -> what the contract does not say cannot be done",
        Request(
            "POST /plans", 405, {"name": "x", "price": "1"}, response_headers={"Allow": "GET, HEAD, OPTIONS"}
        ),
    ),
    Scenario(
        "x-owner without a declared 403 -> another owner in the path is 404",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Request("GET /api/{alice}/tasks", 404, by="bob"),
            Request("POST /api/{alice}/tasks", 404, {"title": "His"}, by="bob"),
            Request("DELETE /api/{alice}/tasks/{task[id]}", 404, by="bob"),
            Request("GET /api/{alice}/tasks", rows=("title", ("Mine",))),
        ),
    ),
    Scenario(
        "x-owner with a declared 403 -> another owner in the path is 403, before the body is read",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Request("GET /api/{alice}/tasks", 403, by="bob"),
            Request("POST /api/{alice}/tasks", 403, by="bob", content=b"{"),
            Request("GET /api/somebody/tasks/{task[id]}", 403),
        ),
    ),
    Scenario(
        "x-owner of an operation of no resource -> another owner in the path is 404, also with one's own row",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Request("POST /api/{alice}/tasks/{task[id]}/tags/x", has={"title": "Mine", "tag": "x"}),
            Request("POST /api/somebody/tasks/{task[id]}/tags/x", 404),
            Request("GET /api/{bob}/tasks", by="bob", rows=("title", ())),
            Request("POST /api/{bob}/tasks/{task[id]}/tags/x", 404),
            Request("POST /api/{alice}/tasks/{task[id]}/tags/x", 404, by="bob"),
            Request("POST /api/somebody/tasks/{task[id]}/tags/x", 401, by="nobody"),
        ),
    ),
    Scenario(
        "x-owner -> a row of somebody else below one's own name is 404",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            Request("GET /api/{alice}/tasks", 403, by="bob"),
            Request("GET /api/{bob}/tasks/{task[id]}", 404, by="bob"),
        ),
    ),
    Scenario(
        "owner: {format: uuid} -> a token whose sub is no UUID is 401",
        "paged",
        (
            Request(
                "GET /tasks",
                401,
                by="a stranger without claims",
                has={"code": "invalid_token", "detail": "The token is not valid."},
                response_headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            ),
            Request("GET /tasks", has={"total": 0}),
        ),
    ),
    workspace(
        "x-problems: standard -> a failure is a problem, with the id of its request",
        Request(
            "GET /projects/7",
            404,
            headers={"X-Request-Id": "abc-123"},
            has={
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "code": "not_found",
                "instance": "urn:request:abc-123",
            },
            response_headers={"Content-Type": "application/problem+json", "X-Request-Id": "abc-123"},
        ),
    ),
    workspace(
        "x-problems: standard -> a problem never repeats what was sent",
        PROJECT,
        Request(
            "POST /projects",
            422,
            {"name": "", "goal": 7, "hush": "secret"},
            error_locations=("/name", "/goal", "/hush"),
        ),
        Request("POST /labels", 422, {"name": "x", "colour": "red"}, error_locations=("/colour",)),
    ),
)
