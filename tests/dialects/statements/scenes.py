"""The steps that most scenarios start with."""

from typing import Any

from tests.dialects.scenarios import Request, Scenario, Step


def workspace(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "workspace", steps)


def created(path: str, save_as: str, by: str = "alice", **body: Any) -> Request:
    """A request that creates a row, and saves the response."""
    headers = {"Idempotency-Key": f"first-{save_as}"} if path.endswith("/attachments") else {}
    return Request(f"POST {path}", 201, body, by=by, save_as=save_as, headers=headers)


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
