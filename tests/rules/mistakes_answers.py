"""Contracts that declare answers which the service does not give, in the form of `mistakes`."""

from freehold.rules import operations, problem_responses, resources
from tests.rules.mistakes import Mistake
from tests.support import contracts as c
from tests.support.contracts import after, before, within

_STANDARD = "set `x-problems: standard` at the root"
_MESSAGE = "{type: object, required: [message], properties: {message: {type: string}}}"
_TEXTS = "{type: object, properties: {title: {type: string}, status: {type: string}}}"


def error_response(status: str, content: str) -> c.Change:
    """An error response of deleteTask."""
    return after(c.GONE, f'        "{status}":\n          description: It failed.\n          {content}\n')


def problem_schema(status: str, schema: str) -> c.Change:
    """An error response of deleteTask with problem details of another schema."""
    return error_response(status, f"content: {{application/problem+json: {{»schema: {schema}}}}}")


def name_of(keyword: str) -> str:
    return keyword.strip("»").partition(":")[0]


def misfit(fault: str) -> str:
    return f"the body that the service sends with an error does not fit: {fault} fails"


ANSWER_MISTAKES: dict[str, Mistake] = {
    **{
        f"a {status} in JSON": (problem_responses.problem_bodies,
            "an error response is application/problem+json, and not application/json", _STANDARD,
            error_response(status, "»content: {application/json: {schema: {required: [reason]}}}"))
        for status in ("404", "418", "4XX", "500", "default")
    },
    **{
        f"a {status} with a schema of its own": (problem_responses.problem_bodies,
            misfit("required of /message"), _STANDARD, problem_schema(status, _MESSAGE))
        for status in ("404", "418", "4XX", "500", "default")
    },
    "an error in text": (problem_responses.problem_bodies,
        "an error response is application/problem+json, and not text/plain and text/html", _STANDARD,
        error_response("404", "»content: {text/plain: {}, text/html: {}}")),
    "problem details of another type": (problem_responses.problem_bodies,
        misfit("type of /status"), _STANDARD, problem_schema("404", _TEXTS)),
    "problem details whose errors are texts": (problem_responses.problem_bodies,
        misfit("type of /errors/0"), _STANDARD,
        problem_schema("422", "{properties: {errors: {type: array, items: {type: string}}}}")),
    "a schema Problem of another shape": (problem_responses.problem_bodies,
        misfit("required of /message"), _STANDARD, before(c.TASK, f"    »Problem: {_MESSAGE}\n")),
    "a response Problem404 of another shape": (problem_responses.problem_bodies,
        "an error response is application/problem+json, and not application/json", _STANDARD,
        before("  parameters:\n    TaskId:\n",
            "  responses:\n    Problem404: {description: None., »content: {application/json: {}}}\n")),
    **{
        f"a resource with {name_of(keyword)}": (resources.plain_resources,
            f"{name_of(keyword)} of Task is not held by its table", fix,
            (c.OPTIONS, f"{c.OPTIONS}      {keyword}\n"))
        for keyword, fix in {
            "»allOf: [{properties: {tag: {type: string}}, minProperties: 2}]": "Copy `properties`",
            "»anyOf: [{required: [id]}, {required: [title]}]": "hold it in an override",
            "»oneOf: [{required: [id]}]": "hold it in an override",
            "»not: {required: [other]}": "hold it in an override",
            "»if: {required: [description]}": "hold it in an override",
            "»dependentRequired: {title: [description]}": "hold it in an override",
            "»dependentSchemas: {title: {required: [description]}}": "hold it in an override",
            "»patternProperties: {'^t': {type: string}}": "hold it in an override",
            "»propertyNames: {maxLength: 20}": "hold it in an override",
            "minProperties: »7": "hold it in an override",
            "maxProperties: »5": "hold it in an override",
        }.items()
    },
    "a delete that returns something else": (operations.returned_rows,
        "DELETE /api/tasks/{task_id} does not return Task", "x-operation: custom",
        within(c.DELETE, ("delete:\n", "»delete:\n      x-operation: delete\n")),
        (c.GONE, c.GONE.replace("204", "200")
            + '          content: {application/json: {schema: {$ref: "#/components/schemas/TaskPage"}}}\n')),
}  # fmt: skip
