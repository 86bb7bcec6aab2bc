"""Statements about headers: entity tags and what depends on them, places, requests that are sent again."""

from typing import Any

from tests.dialects.scenarios import Request, query_value
from tests.dialects.statements.scenes import A_TASK, LABEL, NOWHERE, PROJECT, TASK, TASKS, created, workspace

KEY = {"Idempotency-Key": "first"}
FILE = {"fileName": "plan.pdf", "size": 1, "url": "https://example.com/plan.pdf"}
ATTACHMENTS = f"{TASK}/attachments"


def if_match(tag: str) -> dict[str, Any]:
    return {"If-Match": tag}


def if_none_match(tag: str) -> dict[str, Any]:
    return {"If-None-Match": tag}


def counted(table: str, number: int) -> Any:
    return query_value(f"SELECT count(*) AS is FROM {table} WHERE org_id = $1", "{alice}", expected=number)


TAGS = (
    workspace(
        "ETag -> the tag of a new row, of a row that is read, and after each change",
        PROJECT,
        Request(f"POST {TASKS}", 201, {"title": "Paint"}, save_as="task", response_headers={"ETag": '"1"'}),
        Request(f"GET {TASK}", response_headers={"ETag": '"1"'}),
        Request(f"PATCH {TASK}", 200, {"title": "Sand"}, response_headers={"ETag": '"2"'}),
        Request(f"PATCH {TASK}/complete", 200, response_headers={"ETag": '"3"'}),
        Request(f"GET {TASK}", response_headers={"ETag": '"3"'}, lacks=("row_version",)),
    ),
    workspace(
        "ETag -> a change that changes nothing keeps it",
        *A_TASK,
        Request(f"PATCH {TASK}", 200, {}, response_headers={"ETag": '"1"'}),
    ),
    workspace(
        "If-Match on an update -> another version is 412, and nothing changes",
        *A_TASK,
        Request(
            f"PATCH {TASK}",
            200,
            {"title": "Sand"},
            headers=if_match("{task[etag]}"),
            response_headers={"ETag": '"2"'},
        ),
        Request(
            f"PATCH {TASK}", 412, {"title": "Oil"}, headers=if_match("{task[etag]}"), has={"code": "stale"}
        ),
        Request(f"PATCH {TASK}", 412, {}, headers=if_match("{task[etag]}")),
        Request(f"GET {TASK}", has={"title": "Sand"}, response_headers={"ETag": '"2"'}),
    ),
    workspace(
        "If-Match on an update -> it may be left out",
        *A_TASK,
        Request(f"PATCH {TASK}", 200, {"title": "Sand"}),
    ),
    workspace(
        "If-Match on a delete -> another version is 412",
        *A_TASK,
        Request(f"DELETE {TASK}", 412, headers=if_match('"7"')),
        Request(f"DELETE {TASK}", 204, headers=if_match('"1"')),
    ),
    workspace(
        "If-Match that is required -> without it 428",
        *A_TASK,
        Request(f"PUT {TASK}", 428, {"title": "Sand"}, has={"code": "precondition_required"}),
        Request(
            f"PUT {TASK}", 200, {"title": "Sand"}, headers=if_match('"1"'), response_headers={"ETag": '"2"'}
        ),
        Request(f"PUT {TASK}", 412, {"title": "Oil"}, headers=if_match('"1"')),
    ),
    workspace(
        "If-Match -> * is any version, one of several is enough, a weak tag is none",
        *A_TASK,
        Request(f"PUT {TASK}", 200, {"title": "a"}, headers=if_match("*")),
        Request(f"PUT {TASK}", 200, {"title": "b"}, headers=if_match('"7", "2"')),
        Request(f"PUT {TASK}", 412, {"title": "c"}, headers=if_match('W/"3"')),
        Request(f"PUT {TASK}", 412, {"title": "c"}, headers=if_match("nonsense")),
    ),
    workspace(
        "If-Match -> a row that is not there, or is not yours, is 404",
        *A_TASK,
        Request(f"PATCH {TASKS}/{NOWHERE}", 404, {"title": "x"}, headers=if_match('"1"')),
        Request(f"PATCH {TASK}", 404, {"title": "x"}, by="bob", headers=if_match('"1"')),
        Request(f"PATCH {TASK}", 404, {"title": "x"}, by="bob", headers=if_match('"7"')),
    ),
    workspace(
        "If-None-Match -> the version that the client has is 304, without a body",
        *A_TASK,
        Request(f"GET {TASK}", 304, headers=if_none_match("{task[etag]}"), response_headers={"ETag": '"1"'}),
        Request(f"GET {TASK}", 304, headers=if_none_match('W/"1"')),
        Request(f"GET {TASK}", 304, headers=if_none_match("*")),
        Request(f"GET {TASK}", 200, headers=if_none_match('"2"'), has={"title": "Paint"}),
    ),
    workspace(
        "If-None-Match -> a row of somebody else is 404",
        *A_TASK,
        Request(f"GET {TASK}", 404, by="bob", headers=if_none_match("*")),
    ),
    workspace(
        "ETag is not declared -> there is none",
        LABEL,
        Request("GET /labels/{label[id]}", response_headers={"ETag": None}),
    ),
    workspace(
        "Location -> where the new row is",
        Request("POST /projects", 201, {"name": "House"}, save_as="project"),
        Request("GET {project[location]}", has={"id": "{project[id]}"}),
        Request(f"POST {TASKS}", 201, {"title": "x"}, save_as="task"),
        Request("GET {task[location]}", has={"id": "{task[id]}"}),
    ),
    workspace(
        "Location is not declared -> where the new row is, all the same",
        Request("POST /labels", 201, {"name": "x"}, save_as="label"),
        Request("GET {label[location]}", has={"id": "{label[id]}"}),
    ),
)

REPEATED = (
    workspace(
        "Idempotency-Key -> the same request gets the first answer, and nothing happens twice",
        Request("POST /projects", 201, {"name": "House"}, headers=KEY, save_as="project"),
        Request(
            "POST /projects",
            201,
            {"name": "House"},
            headers=KEY,
            has={"id": "{project[id]}"},
            response_headers={"Location": "{project[location]}"},
        ),
        counted("projects", 1),
    ),
    workspace(
        "Idempotency-Key -> the first answer has its ETag too",
        PROJECT,
        Request(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY, save_as="task"),
        Request(f"PATCH {TASK}", 200, {"title": "y"}),
        Request(
            f"POST {TASKS}",
            201,
            {"title": "x"},
            headers=KEY,
            has={"title": "x"},
            response_headers={"ETag": '"1"'},
        ),
    ),
    workspace(
        "Idempotency-Key -> the same key with another body is 422",
        Request("POST /projects", 201, {"name": "House"}, headers=KEY),
        Request(
            "POST /projects",
            422,
            {"name": "Boat"},
            headers=KEY,
            has={"code": "key_reused"},
            error_locations=("Idempotency-Key",),
        ),
        counted("projects", 1),
    ),
    workspace(
        "Idempotency-Key -> the same key on another path is 422",
        PROJECT,
        created("/projects", "other", name="Boat"),
        Request(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY),
        Request("POST /projects/{other[id]}/tasks", 422, {"title": "x"}, headers=KEY),
    ),
    workspace(
        "Idempotency-Key -> it belongs to one owner",
        Request("POST /projects", 201, {"name": "House"}, headers=KEY, save_as="project"),
        Request("POST /projects", 201, {"name": "Boat"}, by="bob", headers=KEY, has={"name": "Boat"}),
    ),
    workspace(
        "Idempotency-Key -> it belongs to one operation",
        Request("POST /projects", 201, {"name": "House"}, headers=KEY, save_as="project"),
        Request(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY, has={"title": "x"}),
    ),
    workspace(
        "Idempotency-Key -> what failed is not kept",
        Request("POST /projects", 422, {"name": ""}, headers=KEY),
        Request("POST /projects", 201, {"name": "House"}, headers=KEY),
        Request(f"POST /projects/{NOWHERE}/tasks", 404, {"title": "x"}, headers=KEY),
        query_value("SELECT count(*) AS is FROM idempotency_keys WHERE owner_id = $1", "{alice}", expected=1),
    ),
    workspace(
        "Idempotency-Key -> without it each request is a new one",
        Request("POST /projects", 201, {"name": "House"}),
        Request("POST /projects", 201, {"name": "House"}),
        counted("projects", 2),
    ),
    workspace(
        "Idempotency-Key that is required -> without it 422",
        *A_TASK,
        Request(f"POST {ATTACHMENTS}", 422, FILE, error_locations=("Idempotency-Key",)),
        Request(f"POST {ATTACHMENTS}", 201, FILE, headers=KEY),
    ),
    workspace(
        "Idempotency-Key -> 1 to 255 printable letters, or 422",
        *(
            Request(
                "POST /projects",
                422,
                {"name": "x"},
                headers={"Idempotency-Key": key},
                error_locations=("Idempotency-Key",),
            )
            for key in ("", "x" * 256, "a b")
        ),
    ),
    workspace(
        "Idempotency-Key -> on a POST of one's own as well",
        PROJECT,
        Request("POST /projects/{project[id]}/archive", 200, headers=KEY, save_as="first"),
        Request(
            "POST /projects/{project[id]}/archive",
            200,
            headers=KEY,
            has={"archived": True, "updated_at": "{first[updated_at]}"},
        ),
    ),
    workspace(
        "Idempotency-Key -> after 24 hours it is a new request",
        Request("POST /projects", 201, {"name": "House"}, headers=KEY),
        query_value(
            "WITH old AS (UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'"
            " WHERE owner_id = $1 RETURNING 1) SELECT count(*) AS is FROM old",
            "{alice}",
            expected=1,
        ),
        Request("POST /projects", 201, {"name": "Other"}, headers=KEY, has={"name": "Other"}),
        counted("projects", 2),
    ),
)

SCENARIOS = (*TAGS, *REPEATED)
