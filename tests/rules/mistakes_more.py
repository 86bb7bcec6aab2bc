"""More of what a contract must not say: about bodies, limits, names, ids, filters and answers.

» marks where the problem is expected.
"""

from freehold.rules import (
    bodies,
    filters,
    limits,
    operations,
    reserved_names,
    row_ids,
    scopes,
    shown_rows,
    success_responses,
    values,
)
from tests.rules.mistakes import Mistake
from tests.support import contracts as c
from tests.support.contracts import Change, after, at, before, within


def column(said: str, sent: str, mark: str = "") -> tuple[Change, Change]:
    """The sample with one more property: as the resource says it, and as the body of an update does."""
    return before(c.COMPLETED, f"        size: {{{said}}}\n"), before(
        c.UPDATE, f"        {mark}size: {sent}\n"
    )


def option(words: str) -> Change:
    """The sample's resource with other options."""
    return c.OPTIONS, f"      x-resource: {{{words}}}\n"


def filtered(said: str, words: str, schema: str) -> tuple[Change, Change]:
    """The sample with one more property, and a filter that looks at it."""
    filter_ = f"        - {{name: sized, in: query, {words}, schema: {{{schema}}}}}\n"
    return before(c.COMPLETED, f"        size: {{{said}}}\n"), before(c.DONE, filter_)


GOT_TASK = (
    "      description: A task of another user is reported exactly like one that does not exist.\n"
    '      responses:\n        "200":\n          description: The task.\n'
    "          content:\n            application/json:\n"
    '              schema: {$ref: "#/components/schemas/Task"}\n'
)


def view(prop: str, required: str = "id") -> tuple[Change, Change]:
    """The sample with a schema that shows the id of a task, and one property more."""
    text = (
        f"    TaskView:\n      type: object\n      required: [{required}]\n      properties:\n"
        f"        id: {{type: string, format: uuid}}\n        {prop}\n"
    )
    return (GOT_TASK, GOT_TASK.replace("schemas/Task", "schemas/TaskView")), before(c.TASK, text)


def named(name: str, table: str = "others") -> Change:
    """The sample with one more resource."""
    return before(c.TASK, f"    »{name}:\n{c.OTHER % table}")


DONE_ATOMICALLY = "        one atomic step: two of these at the same time leave the task as it was.\n"
COMPLETED_TASK = (
    f'{DONE_ATOMICALLY}      responses:\n        "200":\n          description: The task after the change.\n'
    "          content:\n            application/json:\n"
    '              schema: {$ref: "#/components/schemas/Task"}\n'
)
LOCATIONS = """  /places:
    »post:
      operationId: createLocationHeader
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/LocationHeader"}}}
      responses:
        "201":
          description: The place.
          headers: {Location: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/LocationHeader"}}}
"""
OWNED = (
    "  /api/{user_id}/tasks:\n    parameters:\n"
    "      - {name: user_id, in: path, required: true, x-owner: true, »schema: {%s}}\n"
)
MORE: dict[str, Mistake] = {
    "a choice beyond 64 bits": (values.enum_values,
        "9223372036854775808 is not between -9223372036854775808 and 9223372036854775807, as each int64 is",
        "Remove the value.", before(c.COMPLETED,
            "        size: {type: integer, enum: [1, »9223372036854775808]}\n")),
    "a choice beyond 32 bits": (values.enum_values,
        "2147483648 is not between -2147483648 and 2147483647, as each int32 is",
        "Remove the value, or use `format: int64`.", before(c.COMPLETED,
            "        size: {type: integer, format: int32, enum: [1, »2147483648]}\n")),
    "a number that no double has": (values.enum_values, "no double has the value 9007199254740993",
        "Remove the value.", before(c.COMPLETED,
            "        size: {type: number, enum: [1, »9007199254740993]}\n")),
    "a minimum beyond 64 bits": (limits.empty_ranges,
        "no integer that can be stored satisfies minimum 9223372036854775808", "Remove it, or use a value",
        before(c.COMPLETED, "        size: {type: integer, minimum: »9223372036854775808}\n")),
    "a file beside another status of success": (success_responses.several_successes,
        "readPicture has several statuses of success, and one of them is a file",
        "Keep the one with the file: the others are JSON or nothing.",
        before("  /api/tasks:\n", """  /api/picture:
    get:
      operationId: readPicture
      responses:
        »"200": {description: A., content: {image/png: {}}}
        "204": {description: B.}
""")),
    **{
        f"a file of a form with {word} beside {kind}": (operations.request_bodies,
            f"{word} of the file file is not held", "Remove it, and check the file in your override.",
            before("  /api/tasks:\n", f"""  /api/picture:
    post:
      operationId: sendPicture
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                file: {{type: string, {kind}, {word}: »{value}}}
      responses:
        "204": {{description: B.}}
"""))
        for kind in ("format: binary", "contentMediaType: application/octet-stream")
        for word, value in (("minLength", 1), ("maxLength", 9), ("pattern", "a"), ("const", "a"))
    },
    "a schema called as what may be sent of a resource": (success_responses.request_schemas,
        "TaskCreate, the generated request schema of createTask, already exists",
        "Reference TaskCreate in the request body, or rename that schema.", at(c.CREATE, "post"),
        (c.CREATED, 'schema: {$ref: "#/components/schemas/Task"}')),
    "another schema in another media type": (success_responses.request_schemas,
        "the request body of createTask has different schemas for its media types",
        "Use one schema for all of them.",
        within(c.BODY, (c.CREATED, f"{c.CREATED}\n          application/merge-patch+json:\n"
            '            »schema: {type: object}'))),
    "a body that is a list": (bodies.plain_objects, "the request body of updateTask is not an object",
        "`type: object`",
        within(c.CHANGE, ("type: object", "type: array\n      items: {type: string}"), ("TaskU", "»TaskU"))),
    "a body that is put together": (bodies.plain_objects,
        "the request body of updateTask is composed of other schemas",
        "List its properties instead of using allOf, so that its columns are known.",
        within(c.CHANGE,
            ("type: object", "type: object\n      allOf: [{minProperties: 1}]"), ("TaskU", "»TaskU"))),
    "a body with a map beside its columns": (bodies.closed_bodies,
        "TaskReplace accepts properties that it does not list, and there is no column for them",
        "Move `additionalProperties` into a property of its own with `type: object`, or remove it.",
        within(c.REPLACE, ("additionalProperties: false", "»additionalProperties: {type: string}"))),
    "a body with names by a pattern beside its columns": (bodies.closed_bodies,
        "TaskReplace accepts properties that it does not list, and there is no column for them",
        "Move `patternProperties`",
        within(c.REPLACE, ("additionalProperties: false", '»patternProperties: {"^x-": {type: string}}'))),
    "an answer with shorter texts than are stored": (shown_rows.stored_values,
        "title of Task can be longer than in TaskView", "Define title as Task does",
        *view("»title: {type: string, minLength: 1, maxLength: 9}")),
    "an answer that requires what a row can be without": (shown_rows.stored_values,
        "description can be null in Task, but not in TaskView", "Define description as Task does",
        *view("»description: {type: string, maxLength: 2000}", "id, description")),
    "a body whose number is a text": (bodies.column_compatibility,
        "size of TaskUpdate has a different type than in Task",
        "type: integer",
        *column("type: integer", "{type: string}", "»")),
    "a body whose date is any text": (bodies.column_compatibility,
        "size of TaskUpdate has a different type than in Task",
        "type: string, format: date",
        *column("type: string, format: date", "{type: string}", "»")),
    "a body whose text is an id": (bodies.column_compatibility,
        "size of TaskUpdate has a different type than in Task",
        "Use the same type: `type: string`.",
        *column("type: string", "{type: string, format: uuid}", "»")),
    "a body whose email is any text": (bodies.column_compatibility,
        "size of TaskUpdate has a different type than in Task", "type: string, format: email",
        *column("type: string, format: email", "{type: string}", "»")),
    "a body whose list is of other things": (bodies.column_compatibility,
        "size of TaskUpdate has a different type than in Task", "type: integer",
        *column("type: array, items: {type: integer}", "{type: array, »items: {type: string}}")),
    "a body whose object is a list": (bodies.column_compatibility,
        "size of TaskUpdate has a different type than in Task",
        "Use the same type: `type: object`.",
        *column("type: object", "{type: array, items: {type: object}}", "»")),
    "a body whose property may be null": (bodies.column_compatibility,
        "completed of TaskReplace can be null, but completed of Task cannot",
        "Remove null here, or allow null in both.",
        ("        completed: {type: boolean, default: false}\n      examples:\n"
            "        - title: Water the plants and",
            '        »completed: {type: [boolean, "null"], default: false}\n      examples:\n'
            "        - title: Water the plants and")),
    "a body that takes what is not in the enum": (bodies.column_compatibility,
        "size of TaskUpdate accepts c, which is not allowed in Task", "enum: [a, b]",
        *column("type: string, enum: [a, b]", "{type: string, enum: [a, »c]}")),
    "a body with another constant": (bodies.column_compatibility,
        "size of TaskUpdate accepts b, which is not allowed in Task", "enum: [a]",
        *column("type: string, const: a", "{type: string, const: »b}")),
    "a body that takes anything for an enum": (bodies.column_compatibility,
        "size of TaskUpdate accepts values that are not allowed in Task", "enum: [1, 2]",
        *column("type: integer, enum: [1, 2]", "{type: integer}", "»")),
    "a body with longer texts": (bodies.column_compatibility, "size of TaskUpdate can be longer than in Task",
        "maxLength: 5",
        *column("type: string, maxLength: 5", "{type: string, maxLength: »6}")),
    "a body with texts of any length": (bodies.column_compatibility,
        "size of TaskUpdate can be longer than in Task",
        "Use `maxLength: 5` or less.",
        *column("type: string, maxLength: 5", "{type: string}", "»")),
    "a body with a list of longer texts": (bodies.column_compatibility,
        "size of TaskUpdate can be longer than in Task",
        "Use `maxLength: 5` or less.",
        *column("type: array, items: {type: string, maxLength: 5}", "{type: array, »items: {type: string}}")),
    "a body with larger numbers": (bodies.column_compatibility,
        "size of TaskUpdate can be larger than in Task",
        "Use the same format: `format: int32`.",
        *column("type: integer, format: int32", "{type: integer, minimum: 0}", "»")),
    "no length fits": (limits.empty_ranges, "no value satisfies minLength 201 and maxLength 200",
        "Change maxLength so that at least one value is allowed, or remove one of the two.",
        within(c.LIMITS, ("minLength: 1", "minLength: 201"), ("200", "»200"))),
    "no number of items fits": (limits.empty_ranges, "minItems 2 and maxItems 1",
        "Change maxItems so that at least one value is allowed, or remove one of the two.",
        before(c.COMPLETED, "        a: {type: array, items: {type: string}, minItems: 2, maxItems: »1}\n")),
    "no number fits": (limits.empty_ranges, "no value satisfies minimum 2 and maximum 1",
        "Change maximum so that at least one value is allowed, or remove one of the two.",
        before(c.COMPLETED, "        size: {type: number, minimum: 2, maximum: »1}\n")),
    "no number is less and not less": (limits.empty_ranges, "minimum 1 and exclusiveMaximum 1", "remove one",
        before(c.COMPLETED, "        size: {type: number, minimum: 1, exclusiveMaximum: »1}\n")),
    "no integer lies between": (limits.empty_ranges, "exclusiveMinimum 1 and exclusiveMaximum 2",
        "remove one",
        before(c.COMPLETED, "        a: {type: integer, exclusiveMinimum: 1, exclusiveMaximum: »2}\n")),
    "no page fits": (limits.empty_ranges, "no value satisfies minimum 101 and maximum 100",
        "Change maximum so that at least one value is allowed, or remove one of the two.",
        within(c.SIZE, ("minimum: 1,", "minimum: 101,"), ("100", "»100"))),
    "an answer that is not JSON": (success_responses.media_types,
        "getTask cannot respond with text/csv: responses are JSON",
        "application/json", c.after(c.GET, "      x-operation: get\n"),
        within(c.ANSWER, ("application/json", "»text/csv"))),
    "an answer whose media type is none": (success_responses.media_types, "csv is not a media type",
        "`type/subtype`", within(COMPLETED_TASK, ("application/json", "»csv"))),
    "an answer of any media type": (success_responses.media_types,
        "completeTask does not say which media type it responds with", "application/pdf",
        within(COMPLETED_TASK, ("content:", "»content:"), ("application/json", '"image/*"'))),
    "an answer that is a part of a schema": (operations.success_responses,
        "PATCH /api/tasks/{task_id}/complete returns a schema that has no name",
        "Move the schema to `components: schemas:` and reference it.",
        within(COMPLETED_TASK,
            ('{$ref: "#/components/schemas/Task"}', '{$ref: "#/components/schemas/Task/properties/title"}')),
        ("        title:\n          description: What", "        »title:\n          description: What")),
    "an answer that is a problem": (success_responses.reserved_problem_schema,
        "completeTask cannot use the schema Problem: it is reserved for error responses", "Rename",
        before(c.TASK, "    »Problem: {type: object}\n"),
        within(COMPLETED_TASK, ("Task\"", "Problem\""))),
    "a place where nothing can be read": (success_responses.location_headers,
        "the Location header of createTask points to a path that has no GET operation",
        "Add `GET /api/tasks/{id}`, or remove the header.",
        ("            Location:\n", "            »Location:\n"),
        (c.GET, "    post:\n      operationId: getTask\n      x-operation: custom\n")),
    "a query that nobody looks at": (filters.unused_query_parameters,
        "nothing reads the query parameter verbose of getTask",
        "custom", after(c.GET, "      parameters: [»{name: verbose, in: query, schema: {type: boolean}}]\n")),
    "a filter that is null by default": (filters.null_defaults,
        "completed has the default null, which a query string cannot express", "Remove `default`",
        within(c.DONE_SCHEMA, ("boolean", '[boolean, "null"], default: »null'))),
    "a boolean that is less than another": (filters.boolean_comparisons, "is a boolean",
        "Use `op: eq` or `op: ne`.",
        *filtered("type: boolean", "x-filter: {field: size, op: »lt}", "type: boolean")),
    "a sort by lists": (filters.sort_properties, "-size of Task is not a scalar and cannot be sorted",
        "Remove it",
        before(c.COMPLETED, "        size: {type: array, items: {type: string}}\n"),
        within(c.SORT, ("-title]", "-title, »-size]"))),
    "an order by objects": (filters.sort_properties, "size of Task is not a scalar and cannot be sorted",
        "Remove it",
        option("order: [»size]"), before(c.COMPLETED, "        size: {type: object}\n")),
    "a sort by what is never shown": (filters.sort_properties,
        "size of Task is writeOnly, and sorting by it would reveal its values", "Sort by another property.",
        before(c.COMPLETED, "        size: {type: string, writeOnly: true}\n"),
        within(c.SORT, ("-title]", "-title, »size]"))),
    "an id that is one of a few": (row_ids.generated_ids,
        "the id of Task is generated by the database and cannot have const", "Remove `const`",
        (c.MADE, f"{c.MADE}          const: »3f2b7c1e-8f1d-4a55-9c55-6a5a0f6f2c11\n")),
    "an id in a path of another type": (row_ids.path_ids, "task_id does not have the type of the id of Task",
        "type: string, format: uuid",
        ("schema: {type: string, format: uuid}\n", "»schema: {type: integer}\n")),
    "an id in a path that is a date": (row_ids.path_ids, "task_id does not have the type of the id of Task",
        "format: uuid",
        ("schema: {type: string, format: uuid}\n", "»schema: {type: string, format: date}\n")),
    "a key in a path that tells what others have": (row_ids.path_ids,
        "shareTask finds rows by title, and would tell with 403 who else has the value",
        "Name the row by a generated id, or remove `foreign: forbidden` of Task.",
        before("  /api/tasks:\n", "  /api/tasks/{title}/share:\n    get:\n      operationId: shareTask\n"
            "      parameters:\n        - »{name: title, in: path, required: true, schema: {type: string}}\n"
            '      responses: {"204": {description: Shared.}}\n'),
        option("foreign: forbidden, unique: [[title]]")),
    "a key in a path that no answer shows": (row_ids.path_ids,
        "size does not have the type of the id of Task", "type: string, format: uuid",
        *column("type: string, maxLength: 9, writeOnly: true", "{type: string, maxLength: 9}"),
        option("unique: [[size]]"), ("  /api/tasks/{task_id}:\n", "  /api/tasks/{size}:\n"),
        ("  /api/tasks/{task_id}/complete:\n", "  /api/tasks/{size}/complete:\n"),
        ("      name: task_id\n", "      name: size\n"),
        ("schema: {type: string, format: uuid}\n", "»schema: {type: string, maxLength: 9}\n")),
    "an owner in the place of a row": (row_ids.owner_types, "getTask needs the id of a row", "{task_id}/{id}",
        ("      description: The task's `id`.\n", "      x-owner: »true\n")),
    "an owner who is a number": (row_ids.owner_types, "user_id does not have the type of the owner of Task",
        "`schema: {type: string}`",
        ("  /api/tasks:\n", OWNED % "type: integer")),
    "an owner who is a number, of no resource": (row_ids.owner_types,
        "user_id does not have the type of the owner of Task", "`schema: {type: string}`",
        before("  /api/tasks:\n", """  /api/tasks/of/{user_id}/stats:
    parameters:
      - {name: user_id, in: path, required: true, x-owner: true, »schema: {type: integer}}
    get:
      operationId: readStats
      x-operation: custom
      responses: {"200": {description: Numbers., content: {application/json: {schema: {type: object}}}}}
""")),
    "an owner who is a number, of nothing": (row_ids.owner_types,
        "user_id does not have the type of the owner, the claim sub", "`schema: {type: string}`",
        before("  /api/tasks:\n", """  /api/people/{user_id}:
    parameters:
      - {name: user_id, in: path, required: true, x-owner: true, »schema: {type: integer}}
    get:
      operationId: readPerson
      responses: {"200": {description: Numbers., content: {application/json: {schema: {type: object}}}}}
""")),
    "an owner who is no UUID": (row_ids.owner_types, "user_id does not have the type of the owner of Task",
        "`schema: {type: string}`",
        ("  /api/tasks:\n", OWNED % "type: string, format: uuid")),
    "a table that hides behind another": (reserved_names.table_names,
        "table names that start with pg_ are reserved by PostgreSQL", "Set another `table`.",
        option("table: »pg_class")),
    "a property that PostgreSQL cuts": (reserved_names.column_names, "which is longer than 63 characters",
        "shorter name",
        before(c.COMPLETED, f"        »{'aB' * 30}: {{type: string}}\n")),
    "an index with a direction": (reserved_names.index_directions, "an index has no direction",
        "Use created_at: PostgreSQL can scan an index in both directions.",
        option("indexes: [[completed, »-created_at]]")),
    "an index that is there twice": (reserved_names.index_names, "Task already has this index", "Remove one",
        option("indexes: [[completed], [title], »[completed]]")),
    "two indexes that PostgreSQL cannot tell apart": (reserved_names.index_names,
        "is already used by another index of Task",
        "PostgreSQL keeps 63 characters",
        option("indexes: [[completed, created_at, updated_at, description, title], "
            "»[completed, created_at, updated_at, description, title, id]]")),
    "an index with the name of a table": (reserved_names.index_names,
        "the index name ix_tasks_owner_id_completed is already used by the table of Job", "PostgreSQL keeps",
        before(c.TASK, f"    Job:\n{c.OTHER % 'ix_tasks_owner_id_completed'}"),
        option("indexes: [»[completed]]")),
    "a summary of nothing": (reserved_names.operation_names, "the summary is empty",
        "Describe what the operation does, or remove the summary.",
        ("summary: Get one of your tasks", "summary: »' '")),
    "two parameters that become one": (reserved_names.parameter_names,
        "Completed and completed both become completed",
        "Rename one of the two",
        before(c.PER_PAGE, "        - {name: completed, in: query, schema: {type: boolean}}\n"),
        within(c.DONE, ("name: completed", "»name: Completed"))),
    "a filter that hides what the list calls": (reserved_names.parameter_names,
        "a parameter cannot be named without_none",
        "Rename it",
        before(c.COMPLETED, "        without_none: {type: boolean}\n"),
        within(c.DONE, ("name: completed", "»name: without_none"))),
    "a body that hides what the create calls": (reserved_names.body_names,
        "of createLocationHeader would shadow the function location_header, which sets a header",
        "Rename LocationHeader",
        before("  /api/tasks:\n", LOCATIONS),
        before(c.TASK, f"    LocationHeader:\n{c.OTHER % 'places'}")),
    "a body that hides what tags the answer": (reserved_names.body_names,
        "request body of createSetEtag would shadow the function set_etag, which sets a header",
        "Rename SetEtag",
        before("  /api/tasks:\n",
            LOCATIONS.replace("Location: {", "ETag: {").replace("LocationHeader", "SetEtag")),
        before(c.TASK, f"    SetEtag:\n{c.OTHER % 'places'}")),
    "a scope of two words": (scopes.scope_names,
        "'tasks write' is not a valid scope (RFC 6749, 3.3)",
        'Use ASCII without spaces, `"` and `\\`, such as tasks:write.',
        (c.BEARER, '- bearerAuth: [»"tasks write"]')),
    "a scope in quotes": (scopes.scope_names, '\'"tasks"\' is not a valid scope (RFC 6749, 3.3)',
        'Use ASCII without spaces, `"` and `\\`, such as tasks:write.',
        after(c.LIST, "      security: [{bearerAuth: [tasks, »'\"tasks\"']}]\n")),
}  # fmt: skip
