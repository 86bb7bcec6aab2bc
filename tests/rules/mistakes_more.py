"""More of what a contract must not say: about bodies, limits, names, ids, filters and answers.

» marks where the problem is expected.
"""

from freehold.rules import answers, bodies, filters, ids, limits, names, operations, scopes
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
    "a second status of success": (answers.single, "deleteTask answers 204, and never 205", "Keep one",
        after(c.GONE, '        »"205": {description: Gone.}\n')),
    "a schema called as what may be sent of a resource": (answers.bodies, "would be called TaskCreate",
        "Let the body refer to TaskCreate", at(c.CREATE, "post"),
        (c.CREATED, 'schema: {$ref: "#/components/schemas/Task"}')),
    "another schema in another media type": (answers.bodies, "has another schema in another media type",
        "Use one schema.",
        within(c.BODY, (c.CREATED, f"{c.CREATED}\n          application/xml:\n"
            '            »schema: {type: object}'))),
    "a body that is a list": (bodies.objects, "the body of updateTask is no object", "`type: object`",
        within(c.CHANGE, ("type: object", "type: array\n      items: {type: string}"), ("TaskU", "»TaskU"))),
    "a body that is put together": (bodies.objects, "put together of other schemas", "properties out",
        within(c.CHANGE, ("type: object", "type: object\n      allOf: [{}]"), ("TaskU", "»TaskU"))),
    "a body whose number is a text": (bodies.columns, "size of TaskUpdate is of another", "type: integer",
        *column("type: integer", "{type: string}", "»")),
    "a body whose date is any text": (bodies.columns, "is of another type", "type: string, format: date",
        *column("type: string, format: date", "{type: string}", "»")),
    "a body whose text is an id": (bodies.columns, "is of another type", "Write `type: string`",
        *column("type: string", "{type: string, format: uuid}", "»")),
    "a body whose email is any text": (bodies.columns, "is of another type", "type: string, format: email",
        *column("type: string, format: email", "{type: string}", "»")),
    "a body whose list is of other things": (bodies.columns, "is of another type", "type: integer",
        *column("type: array, items: {type: integer}", "{type: array, »items: {type: string}}")),
    "a body whose object is a list": (bodies.columns, "is of another type", "Write `type: object`",
        *column("type: object", "{type: array, items: {type: object}}", "»")),
    "a body whose property may be null": (bodies.columns, "completed of TaskUpdate may be null",
        "let both be null",
        within(c.UPDATE, ("completed: {type: boolean}", '»completed: {type: [boolean, "null"]}'))),
    "a body that takes what is not in the enum": (bodies.columns, "takes c, which is none of", "enum: [a, b]",
        *column("type: string, enum: [a, b]", "{type: string, enum: [a, »c]}")),
    "a body with another constant": (bodies.columns, "takes b, which is none of", "enum: [a]",
        *column("type: string, const: a", "{type: string, const: »b}")),
    "a body that takes anything for an enum": (bodies.columns, "takes more values", "enum: [1, 2]",
        *column("type: integer, enum: [1, 2]", "{type: integer}", "»")),
    "a body with longer texts": (bodies.columns, "size of TaskUpdate may be longer", "maxLength: 5",
        *column("type: string, maxLength: 5", "{type: string, maxLength: »6}")),
    "a body with texts of any length": (bodies.columns, "may be longer", "Write `maxLength: 5`",
        *column("type: string, maxLength: 5", "{type: string}", "»")),
    "a body with a list of longer texts": (bodies.columns, "may be longer", "Write `maxLength: 5`",
        *column("type: array, items: {type: string, maxLength: 5}", "{type: array, »items: {type: string}}")),
    "a body with larger numbers": (bodies.columns, "may be larger", "Write `format: int32`",
        *column("type: integer, format: int32", "{type: integer, minimum: 0}", "»")),
    "no length fits": (limits.ranges, "no value fits minLength 201 and maxLength 200", "leaves a value",
        within(c.LIMITS, ("minLength: 1", "minLength: 201"), ("200", "»200"))),
    "no number of items fits": (limits.ranges, "minItems 2 and maxItems 1", "leaves a value",
        before(c.COMPLETED, "        a: {type: array, items: {type: string}, minItems: 2, maxItems: »1}\n")),
    "no number fits": (limits.ranges, "no value fits minimum 2 and maximum 1", "leaves a value",
        before(c.COMPLETED, "        size: {type: number, minimum: 2, maximum: »1}\n")),
    "no number is less and not less": (limits.ranges, "minimum 1 and exclusiveMaximum 1", "remove one",
        before(c.COMPLETED, "        size: {type: number, minimum: 1, exclusiveMaximum: »1}\n")),
    "no integer lies between": (limits.ranges, "exclusiveMinimum 1 and exclusiveMaximum 2", "remove one",
        before(c.COMPLETED, "        a: {type: integer, exclusiveMinimum: 1, exclusiveMaximum: »2}\n")),
    "no page fits": (limits.ranges, "no value fits minimum 101 and maximum 100", "leaves a value",
        within(c.SIZE, ("minimum: 1,", "minimum: 101,"), ("100", "»100"))),
    "nothing with content": (answers.media_types, "an answer of 204 has no content", "Remove `content`",
        after(c.GONE, "          »content: {application/json: {schema: {type: object}}}\n")),
    "an answer that is not JSON": (answers.media_types, "completeTask cannot answer text/csv",
        "application/json", within(COMPLETED_TASK, ("application/json", "»text/csv"))),
    "an answer that is a list of what has no name": (operations.successes, "answers a schema without a name",
        "refer to it",
        within(COMPLETED_TASK,
            ('{$ref: "#/components/schemas/Task"}', "{type: array, items: {type: string}}"),
            ("schema:", "»schema:"))),
    "an answer that is a problem": (answers.failures, "completeTask cannot take or answer Problem", "Rename",
        before(c.TASK, "    »Problem: {type: object}\n"),
        within(COMPLETED_TASK, ("Task\"", "Problem\""))),
    "a place where nothing can be read": (answers.located, "the Location that createTask answers leads",
        "Add a GET of /api/tasks/{id}",
        ("            Location:\n", "            »Location:\n"),
        (c.GET, "    post:\n      operationId: getTask\n      x-operation: custom\n")),
    "a query that nobody looks at": (filters.read, "nothing looks at verbose in the query of getTask",
        "custom", after(c.GET, "      parameters: [»{name: verbose, in: query, schema: {type: boolean}}]\n")),
    "a filter that is null by default": (filters.defaults, "completed is null by default", "Remove `default`",
        within(c.DONE_SCHEMA, ("boolean", '[boolean, "null"], default: »null'))),
    "a boolean that is less than another": (filters.compared, "is a boolean", "Write `op: eq`",
        *filtered("type: boolean", "x-filter: {field: size, op: »lt}", "type: boolean")),
    "a sort by lists": (filters.sorted_by, "-size of Task is no plain value", "Remove it",
        before(c.COMPLETED, "        size: {type: array, items: {type: string}}\n"),
        within(c.SORT, ("-title]", "-title, »-size]"))),
    "an order by objects": (filters.sorted_by, "size of Task is no plain value", "Remove it",
        option("order: [»size]"), before(c.COMPLETED, "        size: {type: object}\n")),
    "a sort by what is never shown": (filters.sorted_by, "size never leaves", "Order by something else",
        before(c.COMPLETED, "        size: {type: string, writeOnly: true}\n"),
        within(c.SORT, ("-title]", "-title, »size]"))),
    "an id that is one of a few": (ids.made, "the id of Task is made by the database", "Remove `const`",
        (c.MADE, f"{c.MADE}          const: »3f2b7c1e-8f1d-4a55-9c55-6a5a0f6f2c11\n")),
    "an id in a path of another type": (ids.paths, "task_id is of another type than the id of Task",
        "type: string, format: uuid",
        ("schema: {type: string, format: uuid}\n", "»schema: {type: integer}\n")),
    "an id in a path that is any text": (ids.paths, "task_id is of another type", "format: uuid",
        ("schema: {type: string, format: uuid}\n", "»schema: {type: string}\n")),
    "an owner in the place of a row": (ids.owners, "getTask needs the id of a row", "{task_id}/{id}",
        ("      description: The task's `id`.\n", "      x-owner: »true\n")),
    "an owner who is a number": (ids.owners, "user_id is of another type than the owner", "`type: string`",
        ("  /api/tasks:\n", OWNED % "type: integer")),
    "an owner who is no UUID": (ids.owners, "user_id is of another type than the owner", "`type: string`",
        ("  /api/tasks:\n", OWNED % "type: string, format: uuid")),
    "a table that hides behind another": (names.tables, "begin with pg_", "Write another `table`",
        option("table: »pg_class")),
    "a resource that is called as a part of the app": (names.tables, "cannot be called Document",
        "calls something else documents", named("Document")),
    "a resource that is called as a class of the routes": (names.tables, "cannot be called MediaType",
        "calls something else media_types", named("MediaType")),
    "a property that PostgreSQL cuts": (names.columns, "of which PostgreSQL reads 63 letters", "shorter name",
        before(c.COMPLETED, f"        »{'aB' * 30}: {{type: string}}\n")),
    "a property that each table has": (names.columns, "has a column xmin of its own", "Rename xmin",
        before(c.COMPLETED, "        »xmin: {type: string}\n")),
    "a property that hides what its table calls": (names.columns, "cannot be called mapped_column",
        "Rename mapped_column", before(c.COMPLETED, "        »mapped_column: {type: string}\n")),
    "an index with a direction": (names.keys, "only `order` has a direction", "Write created_at",
        option("indexes: [[completed, »-created_at]]")),
    "an index that is there twice": (names.relations, "Task has this index already", "Remove one",
        option("indexes: [[completed], [title], »[completed]]")),
    "two indexes that PostgreSQL cannot tell apart": (names.relations, "as does another index of Task",
        "PostgreSQL keeps 63 characters",
        option("indexes: [[completed, created_at, updated_at, description, title], "
            "»[completed, created_at, updated_at, description, title, id]]")),
    "an index with the name of a table": (names.relations, "as does the table of Job", "PostgreSQL keeps",
        before(c.TASK, f"    Job:\n{c.OTHER % 'ix_tasks_owner_id_completed'}"),
        option("indexes: [»[completed]]")),
    "an operation that hides a function of the routes": (names.calls, "cannot be called location_header",
        "Rename it", within(c.GET, ("getTask", "»location_header"))),
    "a summary of nothing": (names.calls, "the summary says nothing", "Say what",
        ("summary: Get one of your tasks", "summary: »' '")),
    "two parameters that become one": (names.parameters, "Completed becomes completed, as does completed",
        "Rename one of the two",
        before(c.PER_PAGE, "        - {name: completed, in: query, schema: {type: boolean}}\n"),
        within(c.DONE, ("name: completed", "»name: Completed"))),
    "a filter that hides what the list calls": (names.parameters, "cannot be called without_none",
        "Rename it",
        before(c.COMPLETED, "        without_none: {type: boolean}\n"),
        within(c.DONE, ("name: completed", "»name: without_none"))),
    "a body that hides what the create calls": (names.bodies, "the body of createLocationHeader would hide",
        "Rename LocationHeader",
        before("  /api/tasks:\n", LOCATIONS),
        before(c.TASK, f"    LocationHeader:\n{c.OTHER % 'places'}")),
    "a body that hides what tags the answer": (names.bodies, "the body of createSetEtag would hide",
        "Rename SetEtag",
        before("  /api/tasks:\n",
            LOCATIONS.replace("Location: {", "ETag: {").replace("LocationHeader", "SetEtag")),
        before(c.TASK, f"    SetEtag:\n{c.OTHER % 'places'}")),
    "a scope of two words": (scopes.words, "no token can have the scope 'tasks write'", "one word",
        (c.BEARER, '- bearerAuth: [»"tasks write"]')),
    "a scope in quotes": (scopes.words, "no token can have the scope", "one word",
        after(c.LIST, "      security: [{bearerAuth: [tasks, »'\"tasks\"']}]\n")),
}  # fmt: skip
