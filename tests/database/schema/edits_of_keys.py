"""Edits of keys, indexes, references, owners, ids and resources."""

from typing import Any

from tests.database.schema.edits import LONG, ONE, TEXT, TWO, UUID, Edit
from tests.database.schema.migrating import resource

ALICE = "00000000-0000-0000-0000-00000000000a"
ROW = "INSERT INTO tasks (owner_id, x) VALUES ('alice', 'a')"
PROJECT = resource("Project", "name: {type: string}")
TASK_ROWS = [
    f"INSERT INTO projects (owner_id, id) VALUES ('alice', '{ONE}')",
    f"INSERT INTO tasks (owner_id, project_id, x) VALUES ('alice', '{ONE}', 'a')",
]
X = f"x: {{{TEXT}}}"
ORDERS = "{table: order, unique: [[user, desc]]}"
NUMBERED = "id: {type: integer, format: int64, readOnly: true}"


def task(options: str = "{}", *properties: str, references: str = "", id_: str = UUID) -> str:
    """A task with a project."""
    return PROJECT + resource("Task", X, f"project_id: {{{id_}{references}}}", *properties, options=options)


def linked(before: str, after: str, **more: Any) -> Edit:
    """An edit of a task with a project."""
    return Edit(
        before, after, **{"rows": TASK_ROWS, "query": "SELECT x FROM tasks", "found": [("a",)]} | more
    )


def renamed_task(references: str) -> str:
    """The same task, named otherwise."""
    options = "{indexes: [[x]], unique: [[x, id]]}"
    return PROJECT + resource("Job", X, f"project_id: {{{UUID}{references}}}", options=options)


REFERENCE, CASCADE = ", x-references: Project", ", x-references: {resource: Project, on_delete: cascade}"
SET_NULL = ", x-references: {resource: Project, on_delete: set_null}"
DANGLING = f"INSERT INTO tasks (owner_id, project_id, x) VALUES ('bob', '{ONE}', 'a')"

KEYS = {
    "an index": linked(task(), task("{indexes: [[x]]}")),
    "no index": linked(task("{indexes: [[x]]}"), task()),
    "another index": linked(task("{indexes: [[x]]}"), task("{indexes: [[x, id]]}")),
    "a unique property": linked(task(), task("{unique: [[x]]}")),
    "a unique property with duplicates": linked(
        task(), task("{unique: [[x]]}"), rows=[*TASK_ROWS, TASK_ROWS[1]], found=[("a",)],
        stops="Key (owner_id, x)=(alice, a) is duplicated",
        remedy="DELETE FROM tasks a USING tasks b WHERE a.id < b.id",
    ),
    "no unique property": linked(task("{unique: [[x]]}"), task()),
    "an index of foreign rows": linked(task(), task("{foreign: forbidden}")),
    "a reference": linked(task(), task(references=REFERENCE)),
    "a reference to a row of somebody else": linked(
        task(), task(references=REFERENCE), rows=[*TASK_ROWS, DANGLING], found=[("a",)],
        stops="is not present in table", remedy="DELETE FROM tasks WHERE owner_id = 'bob'",
    ),
    "no reference": linked(task(references=REFERENCE), task()),
    "a reference that cascades": linked(task(references=REFERENCE), task(references=CASCADE)),
    "a reference that is set to null": linked(task(references=CASCADE), task(references=SET_NULL)),
    "a parent": linked(
        task(), task("{parent: {resource: Project, field: project_id}}", references=", readOnly: true")
    ),
    "a new parent": Edit(
        PROJECT + resource("Task", X), PROJECT + resource("Task", X, options="{parent: {resource: Project}}"),
        rows=[TASK_ROWS[0], ROW],
        query="SELECT x, project_id FROM tasks", found=[("a", ONE)],
        stops="contains null values", remedy=f"UPDATE tasks SET project_id = '{ONE}'",
    ),
}  # fmt: skip

OWNED_BY_UUID = "{owner: {column: owner_id, claim: org, format: uuid}}"


def owned(options: str, **more: Any) -> str:
    """A task and its project with options of their owner."""
    return resource("Project", options=options, **more) + resource(
        "Task", X, f"project_id: {{{UUID}{REFERENCE}}}", options=options
    )


def owner_rows(owner: str) -> list[str]:
    """A project and a task of an owner."""
    return [
        f"INSERT INTO projects (owner_id, id) VALUES ('{owner}', '{ONE}')",
        f"INSERT INTO tasks (owner_id, id, project_id, x) VALUES ('{owner}', '{TWO}', '{ONE}', 'a')",
    ]


LONG_NAME = "a_property_with_a_name_that_is_nearly_as_long_as_names_can_be"
NAMES = {
    "names that SQL reserves": Edit(
        resource(
            "Task", "user: {type: string, enum: [a]}", "desc: {type: string}", options=ORDERS, id_=NUMBERED
        ),
        resource(
            "Task", "user: {type: string, enum: [a, b]}", "desc: {type: integer, default: 1}",
            options="{table: order, indexes: [[user, desc]]}", required="id, desc", id_=NUMBERED,
        ),
        rows=["""INSERT INTO "order" (owner_id, "user", "desc") VALUES ('alice', 'a', '7')"""],
        query='SELECT "user", "desc" FROM "order"', found=[("a", 7)],
    ),
    "renamed to names that SQL reserves": Edit(
        resource("Task", X), resource("Task", f"user: {{{TEXT}}}", options="{table: group}"), rows=[ROW],
        options={"renames": ["tasks=group", "group.x=user"]}, query='SELECT "user" FROM "group"',
        found=[("a",)],
    ),
    "long names": Edit(
        resource("Task", f"{LONG_NAME}: {{{TEXT}, enum: [a]}}", options=f"{{indexes: [[{LONG_NAME}]]}}"),
        resource("Task", f"{LONG_NAME}: {{{TEXT}, enum: [a, b]}}", options=f"{{unique: [[{LONG_NAME}]]}}"),
        rows=[f"INSERT INTO tasks (owner_id, {LONG_NAME}) VALUES ('alice', 'a')"], found=[(1,)],
    ),
}  # fmt: skip

RENAMES = {
    "a renamed property": Edit(
        resource("Task", X), resource("Task", f"z: {{{TEXT}}}"), rows=[ROW],
        options={"renames": ["tasks.x=z"]}, query="SELECT z FROM tasks", found=[("a",)],
    ),
    "a renamed property with an enum and an index": Edit(
        resource("Task", f"x: {{{TEXT}, enum: [a]}}", options="{indexes: [[x]]}"),
        resource("Task", f"z: {{{TEXT}, enum: [a, b]}}", options="{indexes: [[z]]}"),
        rows=[ROW], options={"renames": ["tasks.x=z"]}, query="SELECT z FROM tasks", found=[("a",)],
    ),
    "what looks like a renamed property": Edit(
        resource("Task", X), resource("Task", f"z: {{{LONG}}}"), rows=[ROW],
        asks="tasks.x: this looks like a rename to z. To keep the values, add `x-renamed-from: x`",
    ),
    "a property that goes while another one comes": Edit(
        resource("Task", X), resource("Task", f"z: {{{TEXT}}}"), rows=[ROW], options={"drop": True},
        query="SELECT z FROM tasks", found=[(None,)],
    ),
    "a renamed resource": Edit(
        task("{indexes: [[x]], unique: [[x, id]]}", references=REFERENCE), renamed_task(references=REFERENCE),
        rows=TASK_ROWS, options={"renames": ["tasks=jobs"]}, query="SELECT x FROM jobs", found=[("a",)],
    ),
    "a renamed resource that others reference": Edit(
        task(references=REFERENCE),
        resource("Plan", "name: {type: string}")
        + resource("Task", X, f"project_id: {{{UUID}, x-references: Plan}}"),
        rows=TASK_ROWS, options={"renames": ["projects=plans"]}, query="SELECT x FROM tasks", found=[("a",)],
    ),
    "a resource that goes": Edit(
        PROJECT + resource("Task", X), PROJECT, rows=[ROW], options={"created": ["projects", "tasks"]},
        query="SELECT x FROM tasks", found=[("a",)],
    ),
    "a resource that goes, with its rows": Edit(
        task("{indexes: [[x]]}", references=REFERENCE), PROJECT, rows=TASK_ROWS,
        options={"created": ["projects", "tasks"], "drop": True},
        query="SELECT to_regclass('tasks')", found=[(None,)],
    ),
    "resources that go with a reference between them": Edit(
        task(references=REFERENCE) + resource("Label"), resource("Label"), rows=TASK_ROWS,
        options={"created": ["projects", "tasks"], "drop": True},
        query="SELECT count(*) FROM labels", found=[(0,)],
    ),
    "a renamed owner": Edit(
        owned("{}"), owned("{owner: user_id}"), rows=owner_rows("alice"),
        options={"renames": ["tasks.owner_id=user_id", "projects.owner_id=user_id"]},
        query="SELECT user_id, x FROM tasks", found=[("alice", "a")],
    ),
}  # fmt: skip

SHARED, MINE = "{owner: none, order: [id]}", "{order: [id]}"
OWNERS_AND_IDS = {
    "the owner becomes a uuid": Edit(
        owned("{}"), owned(OWNED_BY_UUID), rows=owner_rows(ALICE), query="SELECT owner_id, x FROM tasks",
        found=[(ALICE, "a")],
    ),
    "an owner that is no uuid": Edit(
        owned("{}"), owned(OWNED_BY_UUID), rows=owner_rows("alice"), query="SELECT owner_id, x FROM tasks",
        found=[], stops="invalid input syntax for type uuid",
        remedy="DELETE FROM tasks; DELETE FROM projects",
    ),
    "the owner is no uuid any more": Edit(
        owned(OWNED_BY_UUID), owned("{}"), rows=owner_rows(ALICE), query="SELECT owner_id, x FROM tasks",
        found=[(ALICE, "a")],
    ),
    "another owner column": Edit(
        owned("{}"), owned("{owner: user_id}"), rows=owner_rows("alice"),
        asks="tasks.owner_id leaves the primary key",
    ),
    "another owner column, and the old one goes": Edit(
        resource("Task", X), resource("Task", X, options="{owner: user_id}"), options={"drop": True},
        rows=[ROW], query="SELECT user_id, x FROM tasks",
        found=[("-", "a")], stops="contains null values", remedy="UPDATE tasks SET user_id = '-'",
        reverts="contains null values",
    ),
    "rows that are shared": Edit(
        resource("Task", X), resource("Task", X, options=SHARED), rows=[ROW],
        asks="tasks.owner_id leaves the primary key",
    ),
    "shared rows get an owner": Edit(
        resource("Task", X, options=SHARED), resource("Task", X, options=MINE),
        rows=["INSERT INTO tasks (x) VALUES ('a')"], query="SELECT owner_id, x FROM tasks",
        found=[("alice", "a")], stops="contains null values", remedy="UPDATE tasks SET owner_id = 'alice'",
    ),
    "a uuid becomes a number": Edit(
        task(references=REFERENCE),
        resource("Project", "name: {type: string}", id_=NUMBERED)
        + resource("Task", X, f"project_id: {{type: integer{REFERENCE}}}"),
        rows=[TASK_ROWS[0].replace(ONE, TWO), *TASK_ROWS], asks="projects.id is uuid and becomes bigint",
        query="SELECT x, project_id, (SELECT count(*) FROM projects) FROM tasks", found=[("a", 2, 2)],
    ),
    "a number becomes a uuid": Edit(
        resource("Task", X, "task_id: {type: integer, x-references: Task}", id_=NUMBERED),
        resource("Task", X, f"task_id: {{{UUID}, x-references: Task}}"),
        rows=["INSERT INTO tasks (owner_id, x, task_id) VALUES ('alice', 'a', 1)"],
        asks="tasks.id is bigint and becomes uuid",
        query="SELECT x, id = task_id FROM tasks", found=[("a", True)],
    ),
    "a new resource": Edit(resource("Task"), resource("Task") + PROJECT, found=[(0,)]),
    "a new resource that another one references": Edit(
        resource("Task", X), task(references=REFERENCE), rows=[ROW],
        query="SELECT x, project_id FROM tasks", found=[("a", None)],
    ),
    "new resources that reference each other": Edit(
        resource("Label"),
        resource("Label") + resource("Task", f"project_id: {{{UUID}{REFERENCE}}}")
        + resource("Project", f"task_id: {{{UUID}, x-references: Task}}"), found=[(0,)],
    ),
}  # fmt: skip
