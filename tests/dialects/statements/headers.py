"""Statements about headers: entity tags and what depends on them, places, requests that are sent again."""

from typing import Any

from tests.dialects.script import Ask, look
from tests.dialects.statements.scenes import A_TASK, LABEL, NOWHERE, PROJECT, TASK, TASKS, created, workspace

KEY = {"Idempotency-Key": "first"}
FILE = {"fileName": "plan.pdf", "size": 1, "url": "https://example.com/plan.pdf"}
ATTACHMENTS = f"{TASK}/attachments"


def if_match(tag: str) -> dict[str, Any]:
    return {"If-Match": tag}


def if_none_match(tag: str) -> dict[str, Any]:
    return {"If-None-Match": tag}


def counted(table: str, number: int) -> Any:
    return look(f"SELECT count(*) AS is FROM {table} WHERE org_id = $1", "{alice}", is_=number)


TAGS = (
    workspace(
        "ETag -> the tag of a new row, of a row that is read, and after each change",
        PROJECT,
        Ask(f"POST {TASKS}", 201, {"title": "Paint"}, keep="task", answers={"ETag": '"1"'}),
        Ask(f"GET {TASK}", answers={"ETag": '"1"'}),
        Ask(f"PATCH {TASK}", 200, {"title": "Sand"}, answers={"ETag": '"2"'}),
        Ask(f"PATCH {TASK}/complete", 200, answers={"ETag": '"3"'}),
        Ask(f"GET {TASK}", answers={"ETag": '"3"'}, lacks=("row_version",)),
    ),
    workspace(
        "ETag -> a change that changes nothing keeps it",
        *A_TASK,
        Ask(f"PATCH {TASK}", 200, {}, answers={"ETag": '"1"'}),
    ),
    workspace(
        "If-Match on an update -> another version is 412, and nothing changes",
        *A_TASK,
        Ask(
            f"PATCH {TASK}", 200, {"title": "Sand"}, headers=if_match("{task[etag]}"), answers={"ETag": '"2"'}
        ),
        Ask(f"PATCH {TASK}", 412, {"title": "Oil"}, headers=if_match("{task[etag]}")),
        Ask(f"PATCH {TASK}", 412, {}, headers=if_match("{task[etag]}")),
        Ask(f"GET {TASK}", has={"title": "Sand"}, answers={"ETag": '"2"'}),
    ),
    workspace(
        "If-Match on an update -> it may be left out",
        *A_TASK,
        Ask(f"PATCH {TASK}", 200, {"title": "Sand"}),
    ),
    workspace(
        "If-Match on a delete -> another version is 412",
        *A_TASK,
        Ask(f"DELETE {TASK}", 412, headers=if_match('"7"')),
        Ask(f"DELETE {TASK}", 204, headers=if_match('"1"')),
    ),
    workspace(
        "If-Match that is required -> without it 428",
        *A_TASK,
        Ask(f"PUT {TASK}", 428, {"title": "Sand"}),
        Ask(f"PUT {TASK}", 200, {"title": "Sand"}, headers=if_match('"1"'), answers={"ETag": '"2"'}),
        Ask(f"PUT {TASK}", 412, {"title": "Oil"}, headers=if_match('"1"')),
    ),
    workspace(
        "If-Match -> * is any version, one of several is enough, a weak tag is none",
        *A_TASK,
        Ask(f"PUT {TASK}", 200, {"title": "a"}, headers=if_match("*")),
        Ask(f"PUT {TASK}", 200, {"title": "b"}, headers=if_match('"7", "2"')),
        Ask(f"PUT {TASK}", 412, {"title": "c"}, headers=if_match('W/"3"')),
        Ask(f"PUT {TASK}", 412, {"title": "c"}, headers=if_match("nonsense")),
    ),
    workspace(
        "If-Match -> a row that is not there, or is not yours, is 404",
        *A_TASK,
        Ask(f"PATCH {TASKS}/{NOWHERE}", 404, {"title": "x"}, headers=if_match('"1"')),
        Ask(f"PATCH {TASK}", 404, {"title": "x"}, by="bob", headers=if_match('"1"')),
        Ask(f"PATCH {TASK}", 404, {"title": "x"}, by="bob", headers=if_match('"7"')),
    ),
    workspace(
        "If-None-Match -> the version that the client has is 304, without a body",
        *A_TASK,
        Ask(f"GET {TASK}", 304, headers=if_none_match("{task[etag]}"), answers={"ETag": '"1"'}),
        Ask(f"GET {TASK}", 304, headers=if_none_match('W/"1"')),
        Ask(f"GET {TASK}", 304, headers=if_none_match("*")),
        Ask(f"GET {TASK}", 200, headers=if_none_match('"2"'), has={"title": "Paint"}),
    ),
    workspace(
        "If-None-Match -> a row of somebody else is 404",
        *A_TASK,
        Ask(f"GET {TASK}", 404, by="bob", headers=if_none_match("*")),
    ),
    workspace(
        "ETag is not declared -> there is none",
        LABEL,
        Ask("GET /labels/{label[id]}", answers={"ETag": None}),
    ),
    workspace(
        "Location -> where the new row is",
        Ask("POST /projects", 201, {"name": "House"}, keep="project"),
        Ask("GET {project[location]}", has={"id": "{project[id]}"}),
        Ask(f"POST {TASKS}", 201, {"title": "x"}, keep="task"),
        Ask("GET {task[location]}", has={"id": "{task[id]}"}),
    ),
    workspace(
        "Location is not declared -> there is none",
        Ask("POST /labels", 201, {"name": "x"}, answers={"Location": None}),
    ),
)

REPEATED = (
    workspace(
        "Idempotency-Key -> the same request gets the first answer, and nothing happens twice",
        Ask("POST /projects", 201, {"name": "House"}, headers=KEY, keep="project"),
        Ask(
            "POST /projects",
            201,
            {"name": "House"},
            headers=KEY,
            has={"id": "{project[id]}"},
            answers={"Location": "{project[location]}"},
        ),
        counted("projects", 1),
    ),
    workspace(
        "Idempotency-Key -> the first answer has its ETag too",
        PROJECT,
        Ask(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY, keep="task"),
        Ask(f"PATCH {TASK}", 200, {"title": "y"}),
        Ask(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY, has={"title": "x"}, answers={"ETag": '"1"'}),
    ),
    workspace(
        "Idempotency-Key -> the same key with another body is 422",
        Ask("POST /projects", 201, {"name": "House"}, headers=KEY),
        Ask("POST /projects", 422, {"name": "Boat"}, headers=KEY, wrong=("Idempotency-Key",)),
        counted("projects", 1),
    ),
    workspace(
        "Idempotency-Key -> the same key on another path is 422",
        PROJECT,
        created("/projects", "other", name="Boat"),
        Ask(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY),
        Ask("POST /projects/{other[id]}/tasks", 422, {"title": "x"}, headers=KEY),
    ),
    workspace(
        "Idempotency-Key -> it belongs to one owner",
        Ask("POST /projects", 201, {"name": "House"}, headers=KEY, keep="project"),
        Ask("POST /projects", 201, {"name": "Boat"}, by="bob", headers=KEY, has={"name": "Boat"}),
    ),
    workspace(
        "Idempotency-Key -> it belongs to one operation",
        Ask("POST /projects", 201, {"name": "House"}, headers=KEY, keep="project"),
        Ask(f"POST {TASKS}", 201, {"title": "x"}, headers=KEY, has={"title": "x"}),
    ),
    workspace(
        "Idempotency-Key -> what failed is not kept",
        Ask("POST /projects", 422, {"name": ""}, headers=KEY),
        Ask("POST /projects", 201, {"name": "House"}, headers=KEY),
        Ask(f"POST /projects/{NOWHERE}/tasks", 404, {"title": "x"}, headers=KEY),
        look("SELECT count(*) AS is FROM idempotency_keys WHERE owner_id = $1", "{alice}", is_=1),
    ),
    workspace(
        "Idempotency-Key -> without it each request is a new one",
        Ask("POST /projects", 201, {"name": "House"}),
        Ask("POST /projects", 201, {"name": "House"}),
        counted("projects", 2),
    ),
    workspace(
        "Idempotency-Key that is required -> without it 422",
        *A_TASK,
        Ask(f"POST {ATTACHMENTS}", 422, FILE, wrong=("Idempotency-Key",)),
        Ask(f"POST {ATTACHMENTS}", 201, FILE, headers=KEY),
    ),
    workspace(
        "Idempotency-Key -> 1 to 255 printable letters, or 422",
        *(
            Ask(
                "POST /projects",
                422,
                {"name": "x"},
                headers={"Idempotency-Key": key},
                wrong=("Idempotency-Key",),
            )
            for key in ("", "x" * 256, "a b")
        ),
    ),
    workspace(
        "Idempotency-Key -> on a POST of one's own as well",
        PROJECT,
        Ask("POST /projects/{project[id]}/archive", 200, headers=KEY, keep="first"),
        Ask(
            "POST /projects/{project[id]}/archive",
            200,
            headers=KEY,
            has={"archived": True, "updated_at": "{first[updated_at]}"},
        ),
    ),
    workspace(
        "Idempotency-Key -> after 24 hours it is a new request",
        Ask("POST /projects", 201, {"name": "House"}, headers=KEY),
        look(
            "WITH old AS (UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'"
            " WHERE owner_id = $1 RETURNING 1) SELECT count(*) AS is FROM old",
            "{alice}",
            is_=1,
        ),
        Ask("POST /projects", 201, {"name": "Other"}, headers=KEY, has={"name": "Other"}),
        counted("projects", 2),
    ),
)

ROWS = (*TAGS, *REPEATED)
