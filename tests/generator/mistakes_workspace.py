"""What a contract must not say of headers, shared rows and cursors, in the workspace's contract.

» marks where the problem is expected.
"""

from freehold.rules import headers, lists, parameters, resources, responses, security
from tests.generator.contracts import Change, after, at, before, within
from tests.generator.mistakes import Mistake
from tests.generator.mistakes_links import LINK_MISTAKES
from tests.support import ROOT

WORKSPACE = (ROOT / "tests" / "dialects" / "workspace" / "contract.yaml").read_text("utf-8")

GET_TASK = "    get:\n      operationId: getTask\n"
COMPLETE = "    patch:\n      operationId: completeTask\n"
PROJECT_ID = "        project_id: {type: string, format: uuid, readOnly: true}\n"
CODE = "        code: {type: integer, format: int64, readOnly: true, x-generated: identity}\n"
CHANGES = "        changes: {type: integer, format: int64, readOnly: true, x-generated: version}\n"
DELETE_TASK = (
    "      parameters: [{name: If-Match, in: header, schema: {type: string}}]\n"
    '      responses:\n        "204"'
)
NONE_MATCH = "      parameters: [{name: If-None-Match, in: header, schema: {type: string}}]\n"
MATCH = "      parameters: [{name: If-Match, in: header, required: true, schema: {type: string}}]\n"
PUBLIC = "      security: []\n      x-public: true\n"
PLAN_PATH = "  /plans/{plan_code}:\n"
NEXT = '        next_cursor: {type: [string, "null"]}\n'
LIST_TASKS = "    get:\n      operationId: listTasks\n"
FOUND = (
    '        "200":\n          description: The task.\n'
    '          headers: {ETag: {$ref: "#/components/headers/ETag"}}\n'
)
SHARED_POST = (
    "    post: {operationId: createPlan, requestBody: {required: true, content: {application/json: {schema: "
    '{$ref: "#/components/schemas/Plan"}}}}, responses: {"201": {description: x, content: '
    '{application/json: {schema: {$ref: "#/components/schemas/Plan"}}}}}}\n'
)
PAGE: Change = (
    "        - {name: cursor, in: query, schema: {type: string}}\n        - name: sort\n",
    "        - »{name: cursor, in: query, schema: {type: string, default: x}}\n        - name: sort\n",
)

WORKSPACE_MISTAKES: dict[str, Mistake] = LINK_MISTAKES | {
    "problems that nobody declares": (
        responses.declared,
        "deleteTask can answer 401, 404, 412, 422, 503, 504 as well",
        "Add `x-problems: standard` at the root",
        ("x-problems: standard\n", ""),
        at(DELETE_TASK, "responses"),
    ),
    "a header that nobody looks at": (
        headers.sent,
        "nothing looks at the header X-Tenant",
        "If-Match, If-None-Match, Idempotency-Key",
        within(NONE_MATCH, ("{name: If-None-Match", "»{name: X-Tenant")),
    ),
    "a header on the wrong kind of operation": (
        headers.sent,
        "If-None-Match does nothing on a replace",
        "for get",
        within(MATCH, ("{name: If-Match", "»{name: If-None-Match")),
    ),
    "a header that is a number": (
        headers.sent,
        "the header If-Match is a text",
        "type: string",
        within(MATCH, ("{name", "»{name"), ("string", "integer")),
    ),
    "a key on a PATCH": (
        headers.sent,
        "Idempotency-Key is for POST",
        "Remove it.",
        after(COMPLETE, "      parameters: [»{name: Idempotency-Key, in: header, schema: {type: string}}]\n"),
    ),
    "a key for shared rows": (
        headers.sent,
        "Plan has no owner, and a key belongs to one",
        "Remove it",
        before(
            PLAN_PATH,
            SHARED_POST.replace(
                "createPlan,",
                "createPlan, parameters: [»{name: Idempotency-Key, in: header, schema: {type: string}}],",
            ),
        ),
    ),
    "a header of an answer that nobody sets": (
        headers.answered,
        "nothing sets the header X-Rate",
        "Remove it.",
        within(FOUND, ("{ETag: {", "{»X-Rate: {schema: {type: string}}, ETag: {")),
    ),
    "a tag that is looked at and never served": (
        headers.answered,
        "serves no ETag",
        "Declare the header ETag",
        at(GET_TASK, "get"),
        (FOUND, '        "200":\n          description: The task.\n'),
    ),
    "a property with the name of the hidden version": (
        headers.versions,
        "what entity tags are made of",
        "`x-generated: version`",
        before(PROJECT_ID, "        »row_version: {type: integer}\n"),
    ),
    "a public operation with a token": (
        security.tokens,
        "is public, and asks for a token",
        "Add `security: []`",
        (PUBLIC, "      x-public: »true\n"),
    ),
    "an operation that asks for nothing and does not say that it is public": (
        security.tokens,
        "asks for no token",
        "add `x-public: true`",
        (PUBLIC, "      »security: []\n"),
    ),
    "a public operation on rows with owners": (
        security.tokens,
        "works on rows that have owners",
        "bearerAuth",
        after(LIST_TASKS, "      »security: []\n      x-public: true\n"),
    ),
    "any user may change shared rows": (
        security.shared,
        "any user could change the shared rows of Plan",
        "Ask for a scope",
        before(PLAN_PATH, SHARED_POST.replace("post:", "»post:")),
    ),
    "a second id": (
        resources.keys,
        "code is a second id of Plan, beside id",
        "Keep one of them.",
        (CODE, "        id: {type: string, format: uuid, readOnly: true}\n" + CODE.replace("code", "»code")),
    ),
    "a made property that a body could set": (
        resources.generated,
        "a body could set it",
        "Add `readOnly: true`.",
        within(CHANGES, ("changes: ", "»changes: "), (", readOnly: true", "")),
    ),
    "a made property of the wrong type": (
        resources.generated,
        "has no type for x-generated: version",
        "type: integer",
        within(CHANGES, ("changes: ", "»changes: "), ("integer, format: int64", "string")),
    ),
    "two versions": (
        resources.generated,
        "again is a second version of Comment",
        "Keep one of them.",
        (CHANGES, CHANGES + CHANGES.replace("changes", "»again")),
    ),
    "an index over what is neither a property nor the parent": (
        resources.fields,
        "Comment has no property tsk_id",
        "Did you mean task_id?",
        (
            "        indexes: [[task_id, said_at, number]]\n",
            "        indexes: [[»tsk_id, said_at, number]]\n",
        ),
    ),
    "a cursor that must be there": (
        lists.bounded,
        "a cursor is a text that may be left out",
        "first page has none",
        PAGE,
    ),
    "a cursor beside a page": (
        lists.bounded,
        "a cursor beside offset",
        "Keep `cursor` and `limit`",
        (
            "        - {name: cursor, in: query, schema: {type: string}}\n        - name: sort\n",
            "        - »{name: cursor, in: query, "
            "schema: {type: string}}\n        - {name: offset, in: query, "
            "schema: {type: integer, minimum: 0, default: 0}}\n        - name: sort\n",
        ),
    ),
    "nobody hands out the next cursor": (
        lists.bounded,
        "nobody learns the next cursor of listTasks",
        "Add `next_cursor: {type: [string",
        (NEXT, ""),
        ("[data, next_cursor, total]", "[data, total]"),
        at(LIST_TASKS, "get"),
    ),
    "a cookie": (
        parameters.names,
        "a cookie says nothing here",
        "the path or the query",
        before(
            "        - {name: without_due_date",
            "        - »{name: who, in: cookie, schema: {type: string}}\n",
        ),
    ),
}
