"""What a contract must not say of parents and references, in the workspace's contract.

» marks where the problem is expected.
"""

from freehold.rules import links
from tests.generator.contracts import before, within
from tests.generator.mistakes import Mistake

COMPLETE = "    patch:\n      operationId: completeTask\n"
TASK_PARENT = "        parent: {resource: Project}\n"
PROJECT_ID = "        project_id: {type: string, format: uuid, readOnly: true}\n"
LABEL = "          x-references: {resource: Label, on_delete: set_null}\n"
LABEL_OWNER = (
    "        owner: {column: org_id, claim: org_id}\n        order: [name]\n        unique: [[name]]\n"
)
COMMENT_ID = "      - {name: comment_id, in: path, required: true, schema: {type: integer, format: int64}}\n"

LINK_MISTAKES: dict[str, Mistake] = {
    "a parent that is no resource": (
        links.parents,
        "there is no resource Projekt",
        "Resources, the schemas",
        within(TASK_PARENT, ("parent: {resource: Project}", "parent: {resource: »Projekt}")),
    ),
    "a parent of another owner": (
        links.parents,
        "owned by different claims",
        "the same `owner`",
        within(TASK_PARENT, ("parent: {resource: Project}", "parent: {resource: »Project}")),
        (
            "        owner: {column: org_id, claim: org_id}\n        indexes: [[archived]]\n",
            "        indexes: [[archived]]\n",
        ),
    ),
    "a row above itself": (
        links.parents,
        "Task would be above itself",
        "another parent",
        within(TASK_PARENT, ("Project", "»Task")),
    ),
    "a column of the parent that Python has no name for": (
        links.parents,
        "cannot be called class",
        "`field`",
        within(TASK_PARENT, ("parent: {resource: Project}", "»parent: {resource: Project, field: class}")),
    ),
    "a parent that a body could set": (
        links.parents,
        "a body could set it",
        "Add `readOnly: true`",
        within(
            PROJECT_ID,
            (
                "project_id: {type: string, format: uuid, readOnly: true}",
                "»project_id: {type: string, format: uuid}",
            ),
        ),
    ),
    "a parent's id of another type": (
        links.parents,
        "of another type than the id of Project",
        "Give it the type",
        within(PROJECT_ID, ("project_id: {type: string, format: uuid", "»project_id: {type: string")),
    ),
    "a reference to no resource": (
        links.targets,
        "there is no resource Lable",
        "Resources, the schemas",
        within(LABEL, ("resource: Label", "resource: Lable"), ("x-references", "»x-references")),
    ),
    "a reference that is taken away and can never be null": (
        links.targets,
        "label_id of Task can never be null",
        "be null as well",
        (
            '          type: [integer, "null"]\n          format: int64\n' + LABEL,
            "          type: integer\n          format: int64\n" + LABEL.replace("x-ref", "»x-ref"),
        ),
    ),
    "a reference of another type": (
        links.targets,
        "of another type than the id of Label",
        "Give it the type",
        (
            '        label_id:\n          type: [integer, "null"]\n          format: int64\n          x-',
            '        »label_id:\n          type: [string, "null"]\n          x-',
        ),
    ),
    "a reference beside the parent": (
        links.targets,
        "names the parent already",
        "Remove `x-references`.",
        ("    Task:\n", "    »Task:\n"),
        within(PROJECT_ID, ("readOnly: true", "readOnly: true, x-references: Project")),
    ),
    "rows of owners below a shared row that takes them along": (
        links.targets,
        "Label is shared",
        "Write `on_delete: restrict`.",
        within(LABEL, ("x-references", "»x-references")),
        within(LABEL_OWNER, ("{column: org_id, claim: org_id}", "none")),
    ),
    "a shared row that points at an owner's": (
        links.targets,
        "Label is shared, and Contact has owners",
        "Give both an owner",
        within(LABEL_OWNER, ("{column: org_id, claim: org_id}", "none")),
        (
            '        colour: {type: string, pattern: "^#[0-9a-f]{6}$", default: "#000000"}\n',
            "        whose: {type: string, format: uuid, x-references: »Contact}\n",
        ),
    ),
    "an id in the path that names nothing": (
        links.under,
        "comment_id is neither the id of a Comment",
        "Of the parents' ids there is: project_id, task_id.",
        within(
            COMMENT_ID,
            ("- {name", "- {name: other, in: path, required: true, schema: {type: string}}\n      - »{name"),
        ),
        ("/comments/{comment_id}:\n", "/comments/{other}/{comment_id}:\n"),
    ),
    "a path without the parent": (
        links.under,
        "leaves out a parent",
        "as they are above each other: task_id.",
        (
            "  /projects/{project_id}/tasks/{task_id}/comments:\n    parameters:\n"
            '      - {$ref: "#/components/parameters/ProjectId"}\n'
            '      - {$ref: "#/components/parameters/TaskId"}\n    get:\n',
            "  /projects/{project_id}/comments:\n    parameters:\n"
            '      - {$ref: "#/components/parameters/ProjectId"}\n    »get:\n',
        ),
    ),
    "a new row under no parent": (
        links.under,
        "createTask does not say under which parent",
        "{project_id}",
        (
            "  /projects/{project_id}/tasks:\n"
            '    parameters: [{$ref: "#/components/parameters/ProjectId"}]\n',
            "  /tasks:\n",
        ),
        ("    post:\n      operationId: createTask\n", "    »post:\n      operationId: createTask\n"),
    ),
    "a list with an id of a row": (
        links.under,
        "plan_code names no parent of Plan",
        "Remove it.",
        (
            "  /plans:\n    get:\n",
            "  /plans/{plan_code}/all:\n    parameters: [»{name: "
            "plan_code, in: path, required: true, schema: "
            "{type: integer, format: int64}}]\n    get:\n",
        ),
    ),
    "a parameter called as the parents": (
        links.names,
        "a parameter cannot be called projects",
        "Rename it",
        before(
            "        - {name: without_due_date",
            "        - »{name: projects, in: query, x-filter: "
            "{field: title, op: ne}, schema: {type: string}}\n",
        ),
    ),
    "an operation called as the condition of the parent": (
        links.names,
        "cannot be called inProject",
        "Rename it.",
        within(COMPLETE, ("patch", "»patch"), ("completeTask", "inProject")),
    ),
}
