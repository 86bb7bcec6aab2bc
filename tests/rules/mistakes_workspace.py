"""What a contract with parents, references, headers and cursors must not say, as `mistakes` does it."""

from freehold.rules import headers, relationships, security
from tests.rules.mistakes import Mistake
from tests.support.contracts import Change
from tests.support.service import ROOT

WORKSPACE = (ROOT / "tests" / "dialects" / "workspace" / "contract.yaml").read_text("utf-8")


def of(anchor: str, *changes: Change) -> Change:
    """What follows an anchor, with the first of each snippet replaced, one after the other."""
    assert WORKSPACE.count(anchor) == 1, f"{WORKSPACE.count(anchor)} times in the contract: {anchor!r}"
    start = end = WORKSPACE.index(anchor)
    replacement = ""
    for snippet, changed in changes:
        found = WORKSPACE.index(snippet, end)
        replacement += WORKSPACE[end:found] + changed
        end = found + len(snippet)
    rest = WORKSPACE[end : start + len(anchor)]
    return WORKSPACE[start:end] + rest, replacement + rest


def op(method: str, name: str, *changes: Change) -> Change:
    """An operation with something changed."""
    return of(f"    {method}:\n      operationId: {name}\n", *changes)


def schema(name: str, *changes: Change) -> Change:
    """A named schema with something changed."""
    return of(f"    {name}:\n", *changes)


OWNER = "owner: {column: org_id, claim: org_id}\n"
_TAG = '          headers: {ETag: {$ref: "#/components/headers/ETag"}}\n'
_SHARED = schema("Label", (OWNER, "owner: none\n"))
_KEY = "{name: Idempotency-Key, in: header, schema: {type: string}}"
_TASKS = '  /projects/{project_id}/tasks:\n    parameters: [{$ref: "#/components/parameters/ProjectId"}]\n'
_COMMENTS = "  /projects/{project_id}/tasks/{task_id}/comments:\n"
_ATTACHMENTS = "  /projects/{project_id}/tasks/{task_id}/attachments:\n"
_LINE = '      - {$ref: "#/components/parameters/TaskId"}\n'

WORKSPACE_MISTAKES: dict[str, Mistake] = {
    "a parent that is not there": (relationships.parents,
        "no resource Projekt", "with `x-resource`: Project, Task",
        schema("Task", ("resource: Project", "resource: »Projekt"))),
    "three resources above each other": (relationships.parents,
        "Project would be above itself", "another parent",
        schema("Project", (OWNER, f"{OWNER}        parent: {{resource: »Comment}}\n"))),
    "a parent in a column that Python cannot carry": (relationships.parents, "column cannot be called class",
        "another `field`", schema("Attachment", ("field: task_id", "field: »class"))),
    "a parent in the owner's column": (relationships.parents, "org_id of Attachment is a column already",
        "another `field`", schema("Attachment", ("field: task_id", "field: »org_id"))),
    "a parent in the column of the version": (relationships.parents,
        "row_version of Attachment is a column already",
        "another `field`", schema("Attachment", ("field: task_id", "field: »row_version"))),
    "a parent in the column of the id": (relationships.parents, "id of Attachment is made by the database",
        "another `field` of the parent",
        schema("Attachment", ("field: task_id", "field: id"), ("        id: ", "        »id: "))),
    "a parent that a body could set": (relationships.parents, "project_id names the parent, and a body",
        "Add `readOnly: true`", schema("Task",
            ("        project_id: {type: string, format: uuid, readOnly: true",
            "        »project_id: {type: string, format: uuid"))),
    "a parent that is a reference too": (relationships.parents, "project_id of Task names the parent already",
        "Remove `x-references`",
        schema("Task", ("project_id: {type: string, format: uuid, readOnly: true",
            "project_id: {type: string, format: uuid, readOnly: true, x-references: »Project"))),
    "a parent of another type": (relationships.parents,
        "project_id is of another type than the id of Project",
        "Write `type: string, format: uuid`", schema("Task",
            ("        project_id: {type: string, format: uuid",
            "        »project_id: {type: string"))),
    "a parent with another owner": (relationships.parents, "Task and Project are owned by different claims",
        "the same `owner`", schema("Task", (OWNER, "owner: {column: org_id, claim: tenant}\n"),
            ("resource: Project", "resource: »Project"))),
    "shared rows under owned ones": (relationships.parents,
        "Plan is shared, and Contact has owners", "or none",
        schema("Plan", ("owner: none\n", "owner: none\n        parent: {resource: »Contact}\n"))),
    "owned rows that go with shared ones": (relationships.parents, "Plan is shared: whoever deletes one",
        "on_delete: restrict", schema("Label", (OWNER,
            f"{OWNER}        parent: {{resource: »Plan, on_delete: cascade}}\n"))),
    "a reference to nothing": (relationships.targets,
        "there is no resource Lable", "with `x-resource`: Project",
        schema("Task", ("x-references: {resource: Label", "»x-references: {resource: Lable"))),
    "an id that points elsewhere": (relationships.targets, "id of Contact is made by the database",
        "another property",
        schema("Contact", ("uuid, readOnly: true", "uuid, readOnly: true, x-references: »Project"))),
    "a reference of another type": (relationships.targets, "label_id is of another type than the id of Label",
        "Write `type: integer, format: int64`",
        schema("Task", ("        label_id:", "        »label_id:"), ("int64", "int32"))),
    "a reference that must be and may go": (relationships.targets, "label_id of Task can never be null",
        "restrict or cascade", schema("Task", ("required: [id,", "required: [id, label_id,"),
            ('[integer, "null"]', "integer"), ("x-references", "»x-references"))),
    "a shared row that points at an owned one": (relationships.targets,
        "others would point at their rows", "or none",
        schema("Plan", ("        name:",
            "        who: {type: string, format: uuid, x-references: »Contact}\n        name:"))),
    "a path with two ids": (relationships.under, "project_id and step cannot both be the id of a Project",
        "marked with `x-owner: true`",
        of("  /projects/{project_id}/archive:\n", ("archive", "archive/{step}"), ("}]\n",
            "}, »{name: step, in: path, required: true, schema: {type: string}}]\n"))),
    "a list below what is no parent": (relationships.under, "shop names no parent of Label",
        "{parent: ...}` says one",
        ("  /labels:\n", "  /shops/{shop}/labels:\n    parameters: "
            "[»{name: shop, in: path, required: true, schema: {type: string}}]\n")),
    "a parent under another name": (relationships.under, "task names no parent of Attachment",
        "called project_id, task_id", of(_ATTACHMENTS, ("{task_id}", "{task}"),
            (_LINE, "      - »{name: task, in: path, required: true, schema: {type: string}}\n"))),
    "a path that leaves out a parent": (relationships.under, "listComments leaves out a parent",
        "from the top: project_id, task_id", of(_COMMENTS, ("tasks/{task_id}/", ""), (_LINE, ""),
            ("    get", "    »get"))),
    "a new row without its parent": (relationships.under, "createTask does not say under which parent",
        "at a path with {project_id}", (_TASKS, "  /tasks:\n"), op("post", "createTask", ("post", "»post"))),
    "a parameter with the name of a repository": (relationships.names, "parameter cannot be called projects",
        "the code calls the parents so", op("get", "listTasks", ("{name: without_due_date",
            "»{name: projects"))),
    "an operation with the name of a condition": (relationships.names, "operation cannot be called inProject",
        "condition on the parent", ("operationId: completeTask", "operationId: »inProject")),
    "a header that nobody looks at": (headers.sent, "nothing looks at the header X-Colour", "If-None-Match",
        op("get", "getTask", ("{name: If-None-Match", "»{name: X-Colour"))),
    "a header for another kind of operation": (headers.sent, "If-Match does nothing on a get", "for update,",
        op("get", "getTask", ("{name: If-None-Match", "»{name: If-Match"))),
    "a header that is a number": (headers.sent, "the header If-Match is a text", "schema: {type: string}",
        op("delete", "deleteTask", ("schema: {type: string", "»schema: {type: integer"))),
    "a tag of a certain format": (headers.sent, "format of the header If-Match would not be held",
        "`{type: string}`",
        op("delete", "deleteTask", ("{type: string", "{type: string, format: »uuid"))),
    "a key of a certain length": (headers.sent, "maxLength of the header Idempotency-Key would not be held",
        "minLength: 1, maxLength: 255", op("post", "createAttachment", ("maxLength: 255", "maxLength: »36"))),
    "a key for what may be sent again anyway": (headers.sent, "Idempotency-Key is for POST", "Remove it",
        op("patch", "completeTask", ("      responses", f"      parameters: [»{_KEY}]\n      responses"))),
    "a key for what belongs to nobody": (headers.sent, "a key belongs to an owner, and Label has none",
        "give Label an owner", _SHARED, op("post", "createLabel",
            ("      security", f"      parameters: [»{_KEY}]\n      security"))),
    "a tag of a list": (headers.answered, "nothing sets the header ETag of this answer", "Remove it",
        op("get", "listLabels", ("labels.\n",
            "labels.\n          headers: {»ETag: {schema: {type: string}}}\n"))),
    "a tag that is a number": (headers.answered, "the header ETag is a text", "schema: {type: string}",
        op("get", "getTask", ("ETag: {$ref: \"#/components/headers/ETag\"}",
            "»ETag: {schema: {type: integer}}"))),
    "news without a tag": (headers.compared, "getTask looks at If-None-Match and serves no ETag",
        "Declare the header ETag", op("get", "getTask", ("get", "»get"), (_TAG, ""))),
    "a tag that everybody must have": (headers.compared, "nobody has a tag at first", "Remove `required`",
        op("get", "getTask", ("{name: If-None-Match,", "»{name: If-None-Match, required: true,"))),
    "a condition on a tag that nobody gets": (headers.compared,
        "updateContact looks at If-Match, and no answer",
        "where Contact is answered", op("patch", "updateContact", ("patch", "»patch"), ("      requestBody",
            "      parameters: [{name: If-Match, in: header, schema: {type: string}}]\n      requestBody"))),
    "a property in the column of the version": (headers.versions, "rowVersion of Label is what entity tags",
        "x-generated: version", schema("Label", ("        colour", "        »rowVersion: {type: integer}\n"
            "        colour"))),
    "an owner in the column of the version": (headers.versions, "row_version of Label is what entity tags",
        "another column", schema("Label", (OWNER, "»owner: {column: row_version, claim: org_id}\n"))),
    "a public operation that asks for a token": (security.tokens, "GET /plans is public, and asks",
        "`security: []` here", op("get", "listPlans", ("      security: []\n", ""), ("true", "»true"))),
    "an operation that is public by mistake": (security.tokens, "GET /plans asks for no token",
        "add `x-public: true`", op("get", "listPlans", ("security", "»security"),
            ("      x-public: true\n", ""))),
    "shared rows that anybody could change": (security.shared,
        "any user could change the shared rows of Label",
        "Ask for a scope", _SHARED, op("post", "createLabel", ("post", "»post"),
            ('      security: [{bearerAuth: ["labels:write"]}]\n', ""))),
    "an owner in the query": (security.owners, "the owner archived does not stand in the path",
        "by the token",
        op("get", "listProjects", ("{name: archived,", "{name: archived, x-owner: »true,"))),
    "an owner of what belongs to nobody": (security.owners, "plan_code is an owner, and Plan has none",
        "Remove `x-owner`", ("{name: plan_code,", "{name: plan_code, x-owner: »true,")),
    "two owners in a path": (security.owners, "task_id is a second owner, beside project_id", "Mark one",
        ("ProjectId: {name: project_id,", "ProjectId: {name: project_id, x-owner: true,"),
        ("TaskId: {name: task_id,", "TaskId: {name: task_id, x-owner: »true,")),
    "two ways to ask for a token": (security.schemes, "asked for in two ways", "a token needs all of them",
        op("post", "createLabel", ('["labels:write"]}', '["labels:write"]}, »{bearerAuth: []}'))),
}  # fmt: skip
