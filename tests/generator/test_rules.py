"""What a contract must not say is refused: where it stands, what is wrong, what to do."""

from contextlib import suppress

import pytest

from freehold import rules
from freehold.problems import ContractError
from freehold.rules import Rule, documents, lists, operations, resources, schemas
from tests.generator import contracts as c
from tests.generator.contracts import (
    Change,
    Load,
    after,
    at,
    before,
    changed,
    pointed,
    survives,
    understand,
    within,
)

Mistake = tuple[Rule, str, str, *tuple[Change, ...]]

MISTAKES: dict[str, Mistake] = {
    "info is a number": (documents.shape, "info", "", before("info:\n", "info: »7\nx-")),
    "security is a text": (documents.shape, "security", "", before("security:\n", "security: »yes!\nx-")),
    "a part of the components is a number": (documents.shape, "headers", "",
        before("  securitySchemes:\n", "  headers: »7\n")),
    "properties are a number": (documents.shape, "properties", "",
        before(c.TASK, "    Job: {properties: »7}\n")),
    "a path is a number": (documents.shape, "/x", "", before("  /api/tasks:\n", "  /x: »7\n")),
    "parameters are a number": (documents.shape, "parameters", "",
        before("      parameters:\n        - name: page\n", "      parameters: »7\n      x-")),
    "a parameter without a schema": (documents.shape, "schema", "Add `schema:",
        (c.DONE_SCHEMA, ""), at(c.DONE, "name")),
    "an operation is a number": (documents.shape, "post", "", before(c.CREATE, "    post: »7\n    x-")),
    "responses are a number": (documents.shape, "responses", "",
        (f"      responses:\n{c.GONE}", "      responses: »7\n")),
    "the content of a body is a number": (documents.shape, "content", "",
        (c.BODY, "      requestBody: {content: »7}\n")),
    "security of an operation is a number": (documents.shape, "security", "",
        after(c.LIST, "      security: »7\n")),
    "the version of OpenAPI is not said": (documents.shape, "openapi", "Add `openapi:",
        ("openapi: 3.1.0\n", "»")),
    "no title": (documents.shape, "title", "Add `title:",
        ("  title: Tasks API\n", ""), at("info:\n", "info")),
    "a version that is a number": (documents.shape, "version", "", ("version: 1.0.0", "version: »1.0")),
    "a limit that is a text": (documents.shape, "maxLength", "", (c.LIMITS, "          maxLength: »'200'\n")),
    "indexes that are no lists": (documents.shape, "", "",
        within(c.OPTIONS, ("[[completed], [created_at, id]]", "[»completed]"))),
    "an order that is no list": (documents.shape, "order", "",
        within(c.OPTIONS, ("[-created_at, -id]", "»created_at"))),
    "x-resource is a number": (documents.shape, "x-resource", "", (c.OPTIONS, "      x-resource: »7\n")),
    "an owner that is a mapping": (documents.shape, "owner", "",
        (c.OPTIONS, "      x-resource: {»owner: {column: org_id}}\n")),
    "OpenAPI 2": (documents.version, "2.0 is not read here", "Write it in OpenAPI 3.1",
        ("openapi: 3.1.0\n", 'openapi: »"2.0"\n')),
    "a path without a slash": (documents.paths, "does not begin with a slash", "Write /api/tasks.",
        ("  /api/tasks:\n", "  »api/tasks:\n")),
    "two paths that match the same": (documents.paths, "/api/tasks/{id} and /api/tasks/{task_id} match",
        "Make one path", ("  /api/tasks/{task_id}/complete:\n", "  »/api/tasks/{id}:\n")),
    "a schema with a dash": (schemas.names, "cannot be called Task-List", "letters, digits and `_`",
        before(c.TASK, "    »Task-List: {type: object}\n")),
    "a schema with a name of Python": (schemas.names, "cannot be called Class", "Python",
        before(c.TASK, "    »Class: {type: object}\n")),
    "a keyword with a typo": (schemas.keywords, "the keyword maxLenght", "Did you mean maxLength?",
        (c.LIMITS, "          maxLenght: »200\n")),
    "a keyword that is not held": (schemas.keywords, "the keyword contentEncoding is not supported", "Remove",
        after(c.LIMITS, "          contentEncoding: »base64\n")),
    "a parameter's keyword that is not held": (schemas.keywords, "the keyword not is", "Remove it",
        (c.DONE_SCHEMA, "          schema: {type: boolean, »not: {type: string}}\n")),
    "a schema without a type": (schemas.keywords, "needs one type", "Write one of array, boolean",
        (c.DONE_SCHEMA, "          »schema: {description: what?}\n")),
    "a type with a typo": (schemas.keywords, "needs one type", "Did you mean boolean?",
        (c.DONE_SCHEMA, "          schema: {type: »bool}\n")),
    "two types": (schemas.keywords, "needs one type", "Write one of",
        (c.DONE_SCHEMA, "          schema: {»type: [string, integer]}\n")),
    "a pattern that is none": (schemas.keywords, "not a regular expression", "",
        (c.LIMITS, '          pattern: »"["\n')),
    "a pattern that looks ahead": (schemas.keywords, "looks around or back", "without (?=",
        (c.LIMITS, "          pattern: »^(?!x)\n")),
    "no operationId": (operations.ids, "GET /api/tasks/{task_id} has no operationId", "names the operation",
        (c.GET, "    »get:\n")),
    "an operationId with a space": (operations.ids, "cannot be called get task", "letters, digits",
        (c.GET, "    get:\n      operationId: »get task\n")),
    "two operationIds that become one": (operations.ids, 'as does "listTasks" of GET /api/tasks',
        "Rename one",
        (c.GET, "    get:\n      operationId: »list-tasks\n")),
    "nobody asks for a token": (operations.security, "GET /api/tasks works on rows", "security: [{bearerAuth",
        (f"security:\n  {c.BEARER}\n", ""), at(c.LIST, "get")),
    "a token that may be left out": (operations.security, "asks for no token", "or here",
        after(c.LIST, "      »security: [{bearerAuth: []}, {}]\n")),
    "an operation that takes security back": (operations.security, "asks for no token", "or here",
        after(c.LIST, "      »security: []\n")),
    "a scheme that is no bearer token": (operations.security, "bearerAuth is not a bearer token",
        "type: http",
        ("    bearerAuth:\n      type: http\n", "    »bearerAuth:\n      type: apiKey\n")),
    "a parameter of the path that is not declared": (operations.path_parameters, "{task_id} of the path",
        "in: path", (c.SECOND, "/complete:\n"), at(c.COMPLETE, "patch")),
    "a parameter that is not in the path": (operations.path_parameters,
        "/api/tasks/complete has no {task_id}",
        "Remove the parameter", ("{task_id}/complete", "complete"), at("    TaskId:\n", "TaskId")),
    "two parameters in a path": (operations.path_parameters, "more than one parameter", "Keep one",
        ("/complete:\n", "/complete/{step}:\n"), at(c.COMPLETE, "patch")),
    "a parameter in a header": (operations.places, "parameters in header", "the path or the query",
        (c.DONE, "        - »name: completed\n          in: header\n")),
    "a parameter in camelCase": (operations.places, "cannot be called isDone", "small letters",
        (c.DONE, "        - »name: isDone\n          in: query\n")),
    "nothing says that it worked": (operations.successes, "does not say what it answers", 'responses: {"200"',
        (c.GONE, '        "404": {description: No.}\n'), at(c.DELETE, "delete")),
    "an answer without a name": (operations.successes, "answers a schema without a name", "refer to it",
        (c.PAGED, "              »schema: {type: object}\n")),
    "a kind that does not exist": (operations.kinds, "of the kind lst", "Kinds: list, create",
        after(c.LIST, "      x-operation: »lst\n")),
    "an operation of no resource": (operations.kinds, "GET /x belongs to no resource", "`x-resource`: Task.",
        before("  /api/tasks:\n", '  /x: {»get: {operationId: x, responses: {"204": {description: x}}}}\n')),
    "a create without a body": (operations.bodies, "POST /api/tasks takes no body", "Add `requestBody:",
        (c.BODY, ""), at(c.CREATE, "post")),
    "a body that is not JSON": (operations.bodies, "a body of text/csv is not supported", "application/json",
        within(c.BODY, ("application/json", "»text/csv"))),
    "a create by merge patch": (operations.bodies, "merge-patch+json is not supported here",
        "application/json",
        within(c.BODY, ("application/json", "»application/merge-patch+json"))),
    "a body that may be left out": (operations.bodies, "may be left out", "Add `required: true`",
        within(c.BODY, ("request", "»request"), ("        required: true\n", ""))),
    "a body without a name": (operations.bodies, "the body of POST /api/tasks has no name", "refer to it",
        within(c.BODY, (c.CREATED, "»schema: {type: object}"))),
    "an option that comes later": (resources.options, "parent is not supported so far", "Remove it",
        (c.OPTIONS, "      x-resource: {»parent: {resource: Project}}\n")),
    "an option with a typo": (resources.options, "x-resource has no tabel", "Did you mean table?",
        (c.OPTIONS, "      x-resource: {tabel: »jobs}\n")),
    "an option of nobody": (resources.options, "x-resource has no colour", "It knows table, owner",
        (c.OPTIONS, "      x-resource: {colour: »red}\n")),
    "a table in capitals": (resources.options, "table must be a name, not 'Tasks'", "small letters",
        (c.OPTIONS, "      x-resource: {table: »Tasks}\n")),
    "a property in camelCase": (resources.properties, "cannot be called isDone", "small letters",
        (c.COMPLETED, "        »isDone:\n          type: boolean\n")),
    "a property without a column": (resources.properties, "no column for completed of Task", "Use a string",
        (c.COMPLETED, "        »completed:\n          type: object\n")),
    "an id that clients make": (resources.keys, "Task has no id that the database makes", "readOnly: true",
        (c.MADE, "          format: uuid\n"), at(c.TASK, "Task")),
    "an id that is a text": (resources.keys, "must be a uuid or an integer", "Write `format: uuid`",
        (c.MADE, "          readOnly: true\n"), at(c.ID, "id")),
    "the owner as a property": (resources.keys, "owner_id is the owner's column", "Remove it",
        before(c.COMPLETED, "        »owner_id: {type: string}\n")),
    "an order by nothing": (resources.fields, "Task has no property create_at", "Did you mean created_at?",
        ("order: [-created_at, -id]", "order: [»-create_at, -id]")),
    "an index of nothing": (resources.fields, "Task has no property xyz", "It has id, title",
        ("[[completed], [created_at, id]]", "[[completed], [»xyz, id]]")),
    "a body sets what is not there": (resources.creatable, "sets xyz, which Task has no", "It may set title,",
        before(c.UPDATE, "        »xyz: {type: string}\n")),
    "a body sets what the database makes": (resources.creatable, "sets id, which Task may not set",
        "It may set",
        before(c.UPDATE, "        »id: {type: string, format: uuid}\n")),
    "a row without what it needs": (resources.creatable, "replaceTask can leave out title",
        "`required` of Task",
        within(c.REPLACE, ("      required: [title]\n", ""), ("TaskR", "»TaskR"))),
    "a list without pages": (lists.bounded, "listTasks can answer any number of rows",
        "`page` and `per_page`",
        (c.PAGE, ""), at(c.LIST, "get")),
    "a page that is no integer": (lists.bounded, "the page and its size are integers", "type: integer",
        within(c.PAGE, ("integer", "number"), ("name", "»name"))),
    "a page that starts anywhere": (lists.bounded, "start at 1", "Add `minimum: 1`",
        within(c.PAGE, ("schema", "»schema"), ("minimum: 1, ", ""))),
    "a page without a default": (lists.bounded, "need a default", "default: ...",
        within(c.PAGE, ("schema", "»schema"), (", default: 1", ""))),
    "a list without a maximum": (lists.bounded, "per_page has no maximum", "maximum: 100",
        at(c.PER_PAGE, "name"), within(c.SIZE, ("maximum: 100, ", ""))),
    "a list that answers no page": (lists.pages, "getTask must answer a page", "an object with one array",
        (c.GET, "    »get:\n      operationId: getTask\n      x-operation: list\n")),
    "a page that says too much": (lists.pages, "nothing fills left of TaskPage", "A page knows data,",
        before(c.TOTAL, "        »left: {type: integer}\n")),
    "a filter on nothing": (lists.parameters, "Task has no property xyz to filter by",
        "Filter by a property: id,",
        (c.DONE, "        - »name: xyz\n          in: query\n")),
    "a sort without a default": (lists.sorts, "sort needs an enum of properties, and a default", "Add `enum`",
        at("        - name: sort\n", "name"), (c.SORT, "enum: [title]\n")),
    "a sort by nothing": (lists.sorts, "Task has no property -xyz to sort by", "Sort by id, title",
        (c.SORT, "enum: [title, »-xyz]\n            default: title\n")),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_where_it_stands(load: Load, mistake: Mistake) -> None:
    rule, what, fix, *changes = mistake
    text, place = pointed(changed(*changes))
    document = load(text)

    problems = list(rule(document))

    found = [p for p in problems if f"{p.line}:{p.column}" == place and what in p.what and fix in p.fix]
    assert found, f"expected at {place}, got:\n" + "\n".join(map(str, problems))
    assert found[0].source == text.splitlines()[found[0].line - 1]
    with pytest.raises(ContractError) as refused:
        rules.check(document)
    assert found[0] in refused.value.problems


def test_every_rule_is_broken_by_a_mistake_above() -> None:
    broken = {rule for rule, *_ in MISTAKES.values()}

    assert broken == {documents.shape, *rules.RULES}


def test_the_sample_breaks_no_rule(load: Load) -> None:
    assert [operation.id for operation in understand(load(c.SAMPLE)).resources[0].operations] == [
        "listTasks", "createTask", "getTask", "replaceTask", "updateTask", "deleteTask", "completeTask",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "7\n", "just words\n", "- a\n- b\n"])
def test_a_contract_that_is_no_mapping_is_refused(load: Load, text: str) -> None:
    with pytest.raises(ContractError, match=r"contract.yaml:1:1: "):
        rules.check(load(text))


def test_many_mistakes_are_all_reported_in_the_order_of_the_file(load: Load) -> None:
    text = changed(
        ("openapi: 3.1.0", 'openapi: "2.0"'),
        within(c.SIZE, ("maximum: 100, ", "")),
        within(c.GET, ("getTask", "list-tasks")),
        (c.LIMITS, "          maxLenght: 200\n"),
        ("order: [-created_at, -id]", "order: [-create_at, -id]"),
    )

    with pytest.raises(ContractError) as refused:
        rules.check(load(text))

    problems = refused.value.problems
    assert len(problems) == 5
    assert problems == tuple(sorted(problems, key=lambda p: (p.line, p.column)))
    assert str(refused.value).count("\n\n") == 4


@pytest.mark.xfail(strict=True, reason="it is not refused", raises=(pytest.fail.Exception, AttributeError))
@pytest.mark.parametrize("changes", c.NOT_REFUSED.values(), ids=c.NOT_REFUSED)
def test_what_cannot_be_honoured_is_refused(load: Load, changes: tuple[Change, ...]) -> None:
    document = load(changed(*changes))

    with pytest.raises(ContractError):
        understand(document)


def test_a_contract_without_any_one_of_its_lines_is_fine_or_refused(load: Load) -> None:
    for text in c.without_a_line(c.SAMPLE):
        with suppress(ContractError):
            understand(load(text))


CRASH = "/components/schemas/Task/properties/"


@pytest.mark.parametrize("value", [None, [], {}, 7, ""], ids=repr)
def test_a_contract_with_another_value_anywhere_is_fine_or_refused(load: Load, value: object) -> None:
    sample = load(c.SAMPLE)
    for pointer in c.changeable(sample):
        if pointer.rpartition("/")[0] + "/" != CRASH:
            survives(c.with_value(sample, pointer, value))


@pytest.mark.xfail(
    strict=True, reason="shape.json takes what is no mapping for a $ref", raises=AttributeError
)
@pytest.mark.parametrize("value", [None, [], 7, ""], ids=repr)
def test_a_property_that_is_no_mapping_is_refused(load: Load, value: object) -> None:
    sample = load(c.SAMPLE)
    for name in ("id", "title", "completed", "created_at"):
        survives(c.with_value(sample, f"{CRASH}{name}", value))
