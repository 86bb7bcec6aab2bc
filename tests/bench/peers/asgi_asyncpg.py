"""The limit: a bare ASGI application on asyncpg, with JSON made by PostgreSQL.

Connections are kept in a queue, statements are prepared by asyncpg's cache, and a token that was verified
once is remembered until it expires. Nothing here is meant to be maintained.
"""

import asyncio
import json
import os
import time
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

import asyncpg
import jwt
import msgspec

SECRET = os.environ["BETTER_AUTH_SECRET"]
REMEMBERED = 10_000
UTC = {"timezone": "UTC"}
TASK = """json_build_object('id', id, 'title', title, 'description', description, 'completed', completed,
 'created_at', created_at, 'updated_at', updated_at)"""
MINE = "owner_id = $1 AND deleted_at IS NULL"
ONE = f"{MINE} AND id = $2"
GET = f"SELECT {TASK}::text FROM tasks WHERE {ONE}"
INSERT = "INSERT INTO tasks (owner_id, title, description, completed) VALUES ($1, $2, $3, $4)"
CREATE = f"{INSERT} RETURNING {TASK}::text, id"
DELETE = f"UPDATE tasks SET deleted_at = now(), updated_at = now() WHERE {ONE} RETURNING ''"
COMPLETE = (
    f"UPDATE tasks SET completed = NOT completed, updated_at = now() WHERE {ONE} RETURNING {TASK}::text"
)
LIST = f"""SELECT json_build_object('data', coalesce((SELECT json_agg(task) FROM (
 SELECT {TASK} AS task FROM tasks WHERE {MINE}{{where}} ORDER BY {{order}}
 LIMIT $2::bigint OFFSET ($3::bigint - 1) * $2::bigint) AS page), '[]'), 'total', total, 'page', $3::bigint,
 'per_page', $2::bigint, 'total_pages', ceil(total::numeric / $2::bigint))::text
FROM (SELECT count(*) AS total FROM tasks WHERE {MINE}{{where}}) AS counted"""
ORDERS = {
    "created_at": "created_at, id",
    "-created_at": "created_at DESC, id DESC",
    "title": "title, id",
    "-title": "title DESC, id DESC",
}
JSON = [(b"content-type", b"application/json")]
PROBLEM = [(b"content-type", b"application/problem+json")]

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Description = Annotated[str, msgspec.Meta(max_length=2000)]


class TaskCreate(msgspec.Struct, forbid_unknown_fields=True):
    title: Title
    description: Description | None = None
    completed: bool = False


class TaskUpdate(msgspec.Struct, forbid_unknown_fields=True):
    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType | None = msgspec.UNSET
    completed: bool | msgspec.UnsetType = msgspec.UNSET


read_create = msgspec.json.Decoder(TaskCreate).decode
read_update = msgspec.json.Decoder(TaskUpdate).decode
connections: asyncio.Queue[asyncpg.Connection] = asyncio.Queue()
verified: dict[bytes, tuple[str, int]] = {}


class Failure(Exception):
    def __init__(self, status: int, title: str) -> None:
        self.status = status
        self.body = json.dumps({"type": "about:blank", "title": title, "status": status}).encode()


UNAUTHORIZED = Failure(401, "Unauthorized")
NOT_FOUND = Failure(404, "Not Found")
INVALID = Failure(422, "Unprocessable Content")


def owner_of(scope: dict[str, Any]) -> str:
    sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    known = verified.get(sent)
    if known is not None and known[1] > time.time():
        return known[0]
    options = {"require": ["exp", "iat", "sub"]}
    try:
        claims = jwt.decode(sent[7:], SECRET, algorithms=["HS256"], options=options)
    except jwt.InvalidTokenError:
        raise UNAUTHORIZED from None
    if len(verified) >= REMEMBERED:
        verified.clear()
    verified[sent] = claims["sub"], claims["exp"]
    return claims["sub"]


async def run(statement: str, *values: object) -> asyncpg.Record:
    connection = await connections.get()
    try:
        record = await connection.fetchrow(statement, *values)
    finally:
        connections.put_nowait(connection)
    if record is None:
        raise NOT_FOUND
    return record


async def body_of(receive: Any) -> bytes:
    message = await receive()
    body = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    return body


async def list_tasks(owner: str, query: bytes) -> bytes:
    sent = dict(parse_qsl(query.decode()))
    try:
        page, per_page = int(sent.get("page", "1")), int(sent.get("per_page", "20"))
        order = ORDERS[sent.get("sort", "-created_at")]
        completed = {None: "", "true": " AND completed", "false": " AND NOT completed"}[sent.get("completed")]
    except (KeyError, ValueError):
        raise INVALID from None
    if page < 1 or not 1 <= per_page <= 100:
        raise INVALID
    return (await run(LIST.format(where=completed, order=order), owner, per_page, page))[0].encode()


async def change(owner: str, task_id: UUID, values: dict[str, object]) -> bytes:
    if not values:
        return (await run(GET, owner, task_id))[0].encode()
    assigned = "".join(f"{name} = ${number}, " for number, name in enumerate(values, 3))
    update = f"UPDATE tasks SET {assigned}updated_at = now() WHERE {ONE} RETURNING {TASK}::text"
    return (await run(update, owner, task_id, *values.values()))[0].encode()


async def on_collection(method: str, owner: str, scope: Any, receive: Any) -> tuple[int, list[Any], bytes]:
    if method == "GET":
        return 200, JSON, await list_tasks(owner, scope["query_string"])
    if method != "POST":
        raise Failure(405, "Method Not Allowed")
    task = read_create(await body_of(receive))
    made, task_id = await run(CREATE, owner, task.title, task.description, task.completed)
    return 201, [*JSON, (b"location", f"/api/tasks/{task_id}".encode())], made.encode()


async def on_task(method: str, owner: str, path: str, receive: Any) -> tuple[int, list[Any], bytes]:
    name, _, rest = path.removeprefix("/api/tasks/").partition("/")
    task_id = UUID(name)
    if rest == "complete" and method == "PATCH":
        return 200, JSON, (await run(COMPLETE, owner, task_id))[0].encode()
    if rest or method not in {"GET", "PUT", "PATCH", "DELETE"}:
        raise NOT_FOUND
    if method == "GET":
        return 200, JSON, (await run(GET, owner, task_id))[0].encode()
    if method == "DELETE":
        await run(DELETE, owner, task_id)
        return 204, [], b""
    sent = (read_create if method == "PUT" else read_update)(await body_of(receive))
    values = msgspec.structs.asdict(sent)
    set_values = {column: value for column, value in values.items() if value is not msgspec.UNSET}
    return 200, JSON, await change(owner, task_id, set_values)


async def lifespan(receive: Any, send: Any) -> None:
    await receive()
    opened = [await asyncpg.connect(os.environ["DATABASE_URL"], server_settings=UTC) for _ in range(10)]
    for connection in opened:
        connections.put_nowait(connection)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for connection in opened:
        await connection.close()
    await send({"type": "lifespan.shutdown.complete"})


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    path, method = scope["path"], scope["method"]
    try:
        owner = owner_of(scope)
        if path == "/api/tasks":
            status, headers, body = await on_collection(method, owner, scope, receive)
        elif path.startswith("/api/tasks/"):
            status, headers, body = await on_task(method, owner, path, receive)
        else:
            raise NOT_FOUND
    except Failure as failure:
        status, headers, body = failure.status, PROBLEM, failure.body
    except ValueError:  # msgspec's too
        status, headers, body = INVALID.status, PROBLEM, INVALID.body
    if status != 204:
        headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
