"""Statements about rows that point at others: `parent` and `x-references`."""

from tests.dialects.scenarios import Request, query_value
from tests.dialects.statements.scenes import (
    A_COMMENT,
    A_TASK,
    COMMENT,
    COMMENTS,
    CONTACT,
    HIS_LABEL,
    HIS_PROJECT,
    LABEL,
    NOWHERE,
    PROJECT,
    TASK,
    TASKS,
    created,
    workspace,
)

KEY = "SELECT pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conname = $1"
SECOND = created("/projects", "second", name="Shed")
HIS_TASKS = "/projects/{his_project[id]}/tasks"

SCENARIOS = (
    workspace(
        "parent: {resource: Project} -> the key begins with the owner",
        query_value(
            KEY,
            "fk_tasks_org_id_project_id",
            expected="FOREIGN KEY (org_id, project_id) REFERENCES projects(org_id, id) ON DELETE RESTRICT",
        ),
    ),
    workspace(
        "parent: {resource: Project} -> the path says under which one",
        *A_TASK,
        Request(f"GET {TASK}", has={"project_id": "{project[id]}"}),
    ),
    workspace(
        "parent: {resource: Project} -> no body says it",
        PROJECT,
        Request(
            f"POST {TASKS}",
            422,
            {"title": "x", "project_id": "{project[id]}"},
            error_locations=("/project_id",),
        ),
    ),
    workspace(
        "parent: {resource: Project} -> below a project of somebody else everything is 404",
        HIS_PROJECT,
        Request(f"GET {HIS_TASKS}", 404),
        Request(f"POST {HIS_TASKS}", 404, {"title": "Mine"}),
        Request(f"GET {HIS_TASKS}", by="bob", rows=("title", ())),
    ),
    workspace(
        "parent: {resource: Project} -> below a project that is not there everything is 404",
        Request(f"GET /projects/{NOWHERE}/tasks", 404),
        Request(f"POST /projects/{NOWHERE}/tasks", 404, {"title": "Mine"}),
    ),
    workspace(
        "parent: {resource: Project} -> a task is not below another project of its owner",
        *A_TASK,
        SECOND,
        Request("GET /projects/{second[id]}/tasks/{task[id]}", 404),
        Request("PATCH /projects/{second[id]}/tasks/{task[id]}", 404, {"title": "x"}),
        Request("DELETE /projects/{second[id]}/tasks/{task[id]}", 404),
        Request("PATCH /projects/{second[id]}/tasks/{task[id]}/complete", 404),
        Request("GET /projects/{second[id]}/tasks", rows=("title", ()), has={"total": 0}),
        Request(f"GET {TASK}", has={"title": "Paint", "status": "open"}),
    ),
    workspace(
        "parent: {resource: Task} -> a comment is not below another project",
        *A_COMMENT,
        SECOND,
        Request("GET /projects/{second[id]}/tasks/{task[id]}/comments", 404),
        Request("GET /projects/{second[id]}/tasks/{task[id]}/comments/{comment[number]}", 404),
    ),
    workspace(
        "parent: {on_delete: restrict} -> a project with tasks stays, 409",
        *A_TASK,
        Request("DELETE /projects/{project[id]}", 409, has={"title": "Conflict", "code": "in_use"}),
        Request(f"DELETE {TASK}", 204),
        Request("DELETE /projects/{project[id]}", 204),
    ),
    workspace(
        "parent: {on_delete: cascade} -> the comments of a task go with it",
        *A_COMMENT,
        Request(f"DELETE {TASK}", 204),
        query_value(
            "SELECT count(*) AS is FROM comments WHERE org_id = $1 AND number = $2::bigint",
            "{alice}",
            "{comment[number]}",
            expected=0,
        ),
    ),
    workspace(
        "parent: {resource: Task} -> the column is there, and no answer shows it",
        *A_COMMENT,
        Request(f"GET {COMMENT}", lacks=("task_id", "project_id")),
        query_value(
            "SELECT task_id::text AS is FROM comments WHERE org_id = $1", "{alice}", expected="{task[id]}"
        ),
    ),
    workspace(
        "parent: {resource: Task} -> a list holds the comments of this task alone",
        *A_COMMENT,
        created(TASKS, "other", title="Sand"),
        created("/projects/{project[id]}/tasks/{other[id]}/comments", "his", text="Rough"),
        Request(f"GET {COMMENTS}", rows=("text", ("Blue?",))),
    ),
    workspace(
        "x-references: {resource: Label, on_delete: set_null} -> the key begins with the owner",
        query_value(
            KEY,
            "fk_tasks_org_id_label_id",
            expected="FOREIGN KEY (org_id, label_id) REFERENCES labels(org_id, id)"
            " ON DELETE SET NULL (label_id)",
        ),
    ),
    workspace(
        "x-references: Label -> a task points at a label of its owner",
        PROJECT,
        LABEL,
        Request(
            f"POST {TASKS}", 201, {"title": "x", "label_id": "{label[id]}"}, has={"label_id": "{label[id]}"}
        ),
    ),
    workspace(
        "x-references: Label -> a label of somebody else is 422, with the place",
        PROJECT,
        HIS_LABEL,
        Request(
            f"POST {TASKS}",
            422,
            {"title": "x", "label_id": "{his_label[id]}"},
            error_locations=("/label_id",),
        ),
    ),
    workspace(
        "x-references: Label -> a label that is not there is the same 422",
        *A_TASK,
        Request(f"POST {TASKS}", 422, {"title": "x", "label_id": 2**62}, error_locations=("/label_id",)),
        Request(f"PATCH {TASK}", 422, {"label_id": 2**62}, error_locations=("/label_id",)),
        Request(f"GET {TASK}", has={"label_id": None}),
    ),
    workspace(
        "x-references: {on_delete: set_null} -> a label that goes leaves the task, without it",
        PROJECT,
        LABEL,
        created(TASKS, "task", title="Dig", label_id="{label[id]}"),
        Request("DELETE /labels/{label[id]}", 204),
        Request(f"GET {TASK}", has={"title": "Dig", "label_id": None}),
    ),
    workspace(
        "x-references: {on_delete: cascade} -> a contact takes its projects along",
        CONTACT,
        created("/projects", "project", name="Hers", customer_id="{contact[id]}"),
        Request("DELETE /contacts/{contact[id]}", 204),
        Request("GET /projects/{project[id]}", 404),
    ),
    workspace(
        "x-references: {on_delete: cascade} -> what depends on a project keeps it, and the contact, 409",
        CONTACT,
        created("/projects", "project", name="Hers", customer_id="{contact[id]}"),
        created(TASKS, "task", title="Dig"),
        Request("DELETE /contacts/{contact[id]}", 409, has={"code": "in_use"}),
        Request("GET /contacts/{contact[id]}"),
        Request(f"GET {TASK}"),
    ),
    workspace(
        "x-references on a nullable property -> null points at nothing",
        CONTACT,
        created("/projects", "project", name="Hers", customer_id="{contact[id]}"),
        Request("PATCH /projects/{project[id]}", 200, {"customer_id": None}, has={"customer_id": None}),
    ),
)
