"""What most scripts begin with."""

from typing import Any

from tests.dialects.script import Ask, Row, Step


def workspace(says: str, *steps: Step) -> Row:
    return Row(says, "workspace", steps)


def created(path: str, keep: str, by: str = "alice", **body: Any) -> Ask:
    """Somebody makes a row, and keeps it."""
    headers = {"Idempotency-Key": f"first-{keep}"} if path.endswith("/attachments") else {}
    return Ask(f"POST {path}", 201, body, by=by, keep=keep, headers=headers)


PROJECT = created("/projects", "project", name="House")
HIS_PROJECT = created("/projects", "his_project", by="bob", name="Boat")
TASKS = "/projects/{project[id]}/tasks"
TASK = "/projects/{project[id]}/tasks/{task[id]}"
A_TASK = (PROJECT, created(TASKS, "task", title="Paint"))
COMMENTS = f"{TASK}/comments"
COMMENT = f"{COMMENTS}/{{comment[number]}}"
A_COMMENT = (*A_TASK, created(COMMENTS, "comment", text="Blue?"))
LABEL = created("/labels", "label", name="Garden")
HIS_LABEL = created("/labels", "his_label", by="bob", name="Sea")
CONTACT = created("/contacts", "contact", name="Ada")
NOWHERE = "00000000-0000-4000-8000-000000000000"
