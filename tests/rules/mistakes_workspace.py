"""What a contract with parents, references, headers and cursors must not say, as `mistakes` does it."""

from freehold.rules import headers, relationships, reserved_names, row_ids, security
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


def owner_claim(claim: str, what: str) -> Mistake:
    change = schema("Label", (OWNER, f"owner: {{column: org_id, claim: »{claim}}}\n"))
    return security.owner_claims, f"the claim {claim} {what}", "Use `sub`", change


def owner_column(column: str, what: str) -> Mistake:
    change = schema("Label", (OWNER, f"owner: {{column: »{column}, claim: org_id}}\n"))
    return reserved_names.column_names, what, f"Rename {column}", change


_SHARED_CLAIMS = "iss aud azp client_id scope scp permissions roles email_verified"
_CHANGING_CLAIMS = "exp nbf iat jti nonce auth_time sid"
_OWNER_MISTAKES: dict[str, Mistake] = {
    **{f"an owner by {c}": owner_claim(c, "is the same for many users") for c in _SHARED_CLAIMS.split()},
    **{f"an owner by {c}": owner_claim(c, "changes") for c in _CHANGING_CLAIMS.split()},
    **{
        f"an owner in {c}": owner_column(c, f"{c} is a system column")
        for c in ("ctid", "tableoid", "xmin", "xmax", "cmin", "cmax")
    },
    "an owner in a reserved word": owner_column("collation", "collation is a reserved word"),
    "a table that is a reserved word": (reserved_names.table_names, "lateral is a reserved word",
        "Set another `table`", schema("Label", (OWNER, f"{OWNER}        table: »lateral\n"))),
    "an owner by a name that its table calls": owner_column(
        "mapped_column", "the owner of a row cannot be in the column mapped_column"
    ),
}  # fmt: skip

_READERS: dict[str, Mistake] = {
    "rows without an owner that others read": (
        security.foreign_readers,
        "all users share the rows of Label, which have no owner",
        "Remove `read`.",
        schema("Label", (OWNER, "owner: none\n        read: »anybody\n")),
    ),
    "rows that others read, and whose parents they do not read": (
        security.foreign_readers,
        "listTasks would tell which rows of Project exist, to others than their readers",
        "Set `read: signed-in` in x-resource of Project, too.",
        op("get", "listTasks", ("get", "»get")),
        schema("Task", ("        parent: {", "        read: signed-in\n        parent: {")),
    ),
    "rows that others read, and that are forbidden to them": (
        security.foreign_readers,
        "rows of Label that others read are not forbidden to them",
        "Remove `foreign`",
        schema("Label", (OWNER, f"{OWNER}        read: »signed-in\n        foreign: forbidden\n")),
    ),
}
WORKSPACE_MISTAKES: dict[str, Mistake] = _OWNER_MISTAKES | _READERS | {
    "a parent that is not there": (relationships.parents,
        "Projekt is not a resource",
        "(schemas with `x-resource`): Project, Task, Comment, Attachment, Label, Contact, Plan.",
        schema("Task", ("resource: Project", "resource: »Projekt"))),
    "three resources above each other": (relationships.parents,
        "Project is its own ancestor", "Remove the parent, or choose another one.",
        schema("Project", (OWNER, f"{OWNER}        parent: {{resource: »Comment}}\n"))),
    "a parent in the owner's column": (relationships.parents,
        "org_id of Attachment is already a column with another meaning",
        "another `field`", schema("Attachment", ("field: task_id", "field: »org_id"))),
    "a parent in the column of the version": (relationships.parents,
        "row_version of Attachment is already a column with another meaning",
        "another `field`", schema("Attachment", ("field: task_id", "field: »row_version"))),
    "a parent in the column of the id": (relationships.parents,
        "id of Attachment is generated by the database and cannot reference the parent",
        "Set another `field` for the parent.",
        schema("Attachment", ("field: task_id", "field: id"), ("        id: ", "        »id: "))),
    "a parent that a body could set": (relationships.parents,
        "project_id references the parent and must not be writable",
        "Add `readOnly: true`", schema("Task",
            ("        project_id: {type: string, format: uuid, readOnly: true",
            "        »project_id: {type: string, format: uuid"))),
    "a parent that is a reference too": (relationships.parents,
        "project_id of Task already references the parent",
        "Remove `x-references`",
        schema("Task", ("project_id: {type: string, format: uuid, readOnly: true",
            "project_id: {type: string, format: uuid, readOnly: true, x-references: »Project"))),
    "a parent of another type": (relationships.parents,
        "project_id does not have the type of the id of Project",
        "Use the type of the id: `type: string, format: uuid`.", schema("Task",
            ("        project_id: {type: string, format: uuid",
            "        »project_id: {type: string"))),
    "a parent with another owner": (relationships.parents, "Task and Project have different owner claims",
        "the same `owner`", schema("Task", (OWNER, "owner: {column: org_id, claim: tenant}\n"),
            ("resource: Project", "resource: »Project"))),
    "shared rows under owned ones": (relationships.parents,
        "Plan is shared but Contact has owners: users could reference rows of others",
        "Give both an owner, or neither.",
        schema("Plan", ("owner: none\n", "owner: none\n        parent: {resource: »Contact}\n"))),
    "owned rows that go with shared ones": (relationships.parents,
        "Plan is shared: deleting one would change rows of other owners",
        "on_delete: restrict", schema("Label", (OWNER,
            f"{OWNER}        parent: {{resource: »Plan, on_delete: cascade}}\n"))),
    "a reference to nothing": (relationships.reference_targets,
        "Lable is not a resource",
        "(schemas with `x-resource`): Project, Task, Comment, Attachment, Label, Contact, Plan.",
        schema("Task", ("x-references: {resource: Label", "»x-references: {resource: Lable"))),
    "a row that shows itself": (relationships.reference_targets,
        "tasks of Project shows rows of Task, which show Project again", "Remove one of the two properties.",
        schema("Project", ("        created_at", '        »tasks: {type: array, readOnly: true, items: {$ref:'
            ' "#/components/schemas/Task"}}\n        created_at')),
        schema("Task", ("        created_at",
            '        »project: {$ref: "#/components/schemas/Project", readOnly: true}\n        created_at')),
        op("get", "getTask",
            ("      parameters: [{name: If-None-Match, in: header, schema: {type: string}}]\n", ""))),
    "rows in rows in rows": (relationships.reference_targets,
        "listProjects could show 1,000,000 rows by comments of Task",
        "Use `maxItems: 1`: an answer shows at most 10,000 rows inside its rows.",
        schema("Project", ("        created_at", '        tasks: {type: array, readOnly: true, items: {$ref:'
            ' "#/components/schemas/Task"}}\n        created_at')),
        schema("Task", ("        created_at", '        comments: {type: array, readOnly: true,'
            ' maxItems: »100, items: {$ref: "#/components/schemas/Comment"}}\n        created_at')),
        op("get", "getTask",
            ("      parameters: [{name: If-None-Match, in: header, schema: {type: string}}]\n", ""))),
    "an id that points elsewhere": (relationships.reference_targets,
        "id of Contact is generated by the database and cannot be a reference",
        "another property",
        schema("Contact", ("uuid, readOnly: true", "uuid, readOnly: true, x-references: »Project"))),
    "a reference of another type": (relationships.reference_targets,
        "label_id does not have the type of the id of Label",
        "Use the type of the id: `type: integer, format: int64`.",
        schema("Task", ("        label_id:", "        »label_id:"), ("int64", "int32"))),
    "a reference that must be and may go": (relationships.reference_targets,
        "on_delete: set_null needs a nullable label_id in Task",
        "Make label_id nullable, or use `on_delete: restrict` or `cascade`.", schema("Task",
        ("required: [id,", "required: [id, label_id,"),
            ('[integer, "null"]', "integer"), ("x-references", "»x-references"))),
    "a shared row that points at an owned one": (relationships.reference_targets,
        "Plan is shared but Contact has owners: users could reference rows of others",
        "Give both an owner, or neither.",
        schema("Plan", ("        name:",
            "        who: {type: string, format: uuid, x-references: »Contact}\n        name:"))),
    "a path with two ids": (relationships.parent_paths,
        "project_id and step cannot both be the id of Project, and neither is a parent",
        "`x-resource: {parent: ...}` declares a parent. `x-owner: true` marks an owner.",
        of("  /projects/{project_id}/archive:\n", ("archive", "archive/{step}"), ("}]\n",
            "}, »{name: step, in: path, required: true, schema: {type: string}}]\n"))),
    "a list below what is no parent": (relationships.parent_paths, "shop is not a parent of Label",
        "`x-resource: {parent: ...}` declares a parent. `x-owner: true` marks an owner.",
        ("  /labels:\n", "  /shops/{shop}/labels:\n    parameters: "
            "[»{name: shop, in: path, required: true, schema: {type: string}}]\n")),
    "a parent by another property": (relationships.parent_paths,
        "title of listAttachments could be the id of Task, or title of Task",
        "Name it task_id if it is the id of Task.", of(_ATTACHMENTS, ("{task_id}", "{title}"),
            (_LINE, "      - »{name: title, in: path, required: true, schema: {type: string}}\n"))),
    "a parent whose id has another type": (row_ids.path_ids,
        "task does not have the type of the id of Task",
        "Use the type of the id: `type: string, format: uuid`.", of(_ATTACHMENTS, ("{task_id}", "{task}"),
            (_LINE, "      - {name: task, in: path, required: true, »schema: {type: integer}}\n"))),
    "a path that leaves out a parent": (relationships.parent_paths,
        "the path of listComments omits a parent or has the parents in the wrong order",
        "Use this order: project_id, task_id. Only leading parents can be omitted.", of(_COMMENTS,
        ("tasks/{task_id}/", ""), (_LINE, ""),
            ("    get", "    »get"))),
    "a new row without its parent": (relationships.parent_paths,
        "the path of createTask does not contain the parent of the new row",
        "Use a path with {project_id}.", (_TASKS, "  /tasks:\n"), op("post", "createTask", ("post",
        "»post"))),
    "a parameter with the name of a repository": (relationships.parent_names,
        "a parameter cannot be named projects",
        "Rename it: the generated code uses this name for the parents.", op("get", "listTasks",
        ("{name: without_due_date",
            "»{name: projects"))),
    "an operation with the name of a condition": (relationships.parent_names,
        "an operation cannot be named inProject",
        "condition on the parent", ("operationId: completeTask", "operationId: »inProject")),
    "a header for another kind of operation": (headers.request_headers,
        "If-Match has no effect on an operation of kind get", "Use it on: update, replace, delete, custom.",
        op("get", "getTask", ("{name: If-None-Match", "»{name: If-Match"))),
    "a header that is a number": (headers.request_headers, "the header If-Match must be a string",
        "schema: {type: string}",
        op("delete", "deleteTask", ("schema: {type: string", "»schema: {type: integer"))),
    "a tag of a certain format": (headers.request_headers,
        'the schema of the header If-Match rejects entity tags, for example "1"', "`schema: {type: string}`",
        op("delete", "deleteTask", ("schema: {type: string", "»schema: {type: string, format: uuid"))),
    "a tag that is short": (headers.request_headers, "the schema of the header If-Match rejects entity tags",
        "`schema: {type: string}`",
        op("delete", "deleteTask", ("schema: {type: string", "»schema: {type: string, maxLength: 4"))),
    "a tag that nobody has to send": (headers.request_headers,
        "the service does not fill in the default of the header If-Match", "Remove the default.",
        op("delete", "deleteTask", ("{type: string", "{type: string, default: »'*'"))),
    "a key that is longer than keys can be": (headers.request_headers,
        "the header Idempotency-Key cannot be longer than 255 characters", "Use `maxLength: 255` or less.",
        op("post", "createAttachment", ("maxLength: 255", "maxLength: »300"))),
    "a key for what may be sent again anyway": (headers.request_headers,
        "Idempotency-Key is only for POST: other methods can be retried without it", "Remove it",
        op("patch", "completeTask", ("      responses", f"      parameters: [»{_KEY}]\n      responses"))),
    "a key for what belongs to nobody": (headers.request_headers,
        "an idempotency key belongs to an owner, but Label has no owner",
        "give Label an owner", _SHARED, op("post", "createLabel",
            ("      security", f"      parameters: [»{_KEY}]\n      security"))),
    "a key of an upload": (headers.request_headers,
        "a request with an idempotency key is compared by its body, which cannot be multipart/form-data",
        "Remove it, or send the body as application/json",
        op("post", "createTask",
            ('parameters: [{$ref: "#/components/parameters/IdempotencyKey"}]', f"parameters: [»{_KEY}]"),
            ("content: {application/json:", "content: {multipart/form-data:"))),
    "a tag of a list": (headers.response_headers, "the service does not set the response header ETag here",
        "Remove it",
        op("get", "listLabels", ("labels.\n",
            "labels.\n          headers: {»ETag: {required: true, schema: {type: string}}}\n"))),
    "a tag that is a number": (headers.response_headers, "the header ETag must be a string",
        "schema: {type: string}",
        op("get", "getTask", ("ETag: {$ref: \"#/components/headers/ETag\"}",
            "»ETag: {schema: {type: integer}}"))),
    "news without a tag": (headers.conditional_requests,
        "getTask reads If-None-Match but does not send an ETag",
        "Declare the response header ETag: If-None-Match is compared with it.", op("get", "getTask", ("get",
        "»get"), (_TAG, ""))),
    "news of a row that shows others": (headers.conditional_requests,
        "the ETag of getTask stays the same when other rows in label change",
        "Remove If-None-Match, or label.",
        op("get", "getTask", ("{name: If-None-Match,", "»{name: If-None-Match,")),
        schema("Task", ("        created_at",
            '        label: {$ref: "#/components/schemas/Label", readOnly: true}\n        created_at'))),
    "a tag that everybody must have": (headers.conditional_requests,
        "If-None-Match is required, but a client has no ETag for its first request", "Remove `required`",
        op("get", "getTask", ("{name: If-None-Match,", "»{name: If-None-Match, required: true,"))),
    "a condition on a tag that nobody gets": (headers.conditional_requests,
        "updateContact reads If-Match, but no response has an ETag",
        "Declare the response header ETag on an operation that returns Contact.", op("patch",
        "updateContact", ("patch", "»patch"), ("      requestBody",
            "      parameters: [{name: If-Match, in: header, schema: {type: string}}]\n      requestBody"))),
    "a property in the column of the version": (headers.version_column_names,
        "rowVersion of Label is reserved for entity tags",
        "x-generated: version", schema("Label", ("        colour", "        »rowVersion: {type: integer}\n"
            "        colour"))),
    "an owner in the column of the version": (headers.version_column_names,
        "row_version of Label is reserved for entity tags",
        "Use another name for the owner column.", schema("Label", (OWNER,
        "owner: {column: »row_version, claim: org_id}\n"))),
    "a public operation that asks for a token": (security.required_tokens,
        "GET /plans is public but requires a token",
        "`security: []` here", op("get", "listPlans", ("      security: []\n", ""), ("true", "»true"))),
    "an operation that is public by mistake": (security.required_tokens,
        "GET /plans does not require a token",
        "Add `x-public: true` if it is public, otherwise `security: [{bearerAuth: []}]`.", op("get",
        "listPlans", ("security", "»security"),
            ("      x-public: true\n", ""))),
    "shared rows that anybody could change": (security.shared_writes,
        "any user could change the shared rows of Label",
        "Require a scope, for example", _SHARED, op("post",
        "createLabel", ("post", "»post"),
            ('      security: [{bearerAuth: ["labels:write"]}]\n', ""))),
    "shared rows that anybody without a token could change": (security.shared_writes,
        "any user could change the shared rows of Label",
        "Require a scope, for example", _SHARED, op("post",
        "createLabel", ("post", "»post"),
            ('[{bearerAuth: ["labels:write"]}]',
                '[{}, {bearerAuth: ["labels:write"]}]\n      x-public: true'))),
    "an alternative that makes scopes useless": (security.security_schemes,
        "an alternative requires no scopes, so that those of the others decide nothing",
        "Remove it, or list its scopes",
        op("post", "createLabel", ('["labels:write"]}', '["labels:write"]}, »{bearerAuth: []}'))),
    "shared rows that any token could change": (security.shared_writes,
        "any user could change the shared rows of Label",
        "Require a scope, for example", _SHARED, op("post",
        "createLabel", ("post", "»post"),
            ('["labels:write"]}', '["labels:write"]}, {bearerAuth: []}'))),
    "an owner in the query": (security.owner_parameters, "the owner archived is not a path parameter",
        "Remove it: the owner comes from the token.",
        op("get", "listProjects", ("{name: archived,", "{name: archived, x-owner: »true,"))),
    "an owner of what belongs to nobody": (security.owner_parameters,
        "plan_code is marked as owner, but Plan has no owner",
        "Remove `x-owner`", ("{name: plan_code,", "{name: plan_code, x-owner: »true,")),
    "two owners in a path": (security.owner_parameters,
        "task_id is marked as owner in addition to project_id",
        "Mark only one of them.",
        ("ProjectId: {name: project_id,", "ProjectId: {name: project_id, x-owner: true,"),
        ("TaskId: {name: task_id,", "TaskId: {name: task_id, x-owner: »true,")),
}  # fmt: skip
