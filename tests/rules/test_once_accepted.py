"""What a contract says in a way that could not be held: it was let through once, and is refused."""

from pathlib import Path

import pytest

from freehold import pipeline
from freehold.ground import project
from freehold.ground.problems import ContractError
from tests.support import documented_examples
from tests.support.documented_examples import Claim, Example
from tests.support.service import ROOT

BASE = documented_examples.examples((ROOT / "docs" / "contract.md").read_text("utf-8"))[0]
LIST = """
/tasks:
  get:
    parameters:
      - {{$ref: "#/components/parameters/Limit"}}
      - {}
Task:
  properties:
    due_on: {{type: [string, "null"], format: date}}
    number: {{type: [integer, "null"]}}
    seal: {{type: [string, "null"], format: byte}}
    uid: {{type: [string, "null"], format: uuid}}
"""
PAGED = """
/tasks:
  get:
    parameters:
      - {$ref: "#/components/parameters/Limit"}
      - {name: cursor, in: query, schema: {type: string}}
      - {name: sort, in: query, schema: {type: string, enum: [title, seal], default: title}}
    responses:
      "200":
        content:
          application/json:
            schema: {$ref: "#/components/schemas/TaskPage"}
TaskPage:
  type: object
  required: [data, next_cursor]
  properties:
    data: {type: array, items: {$ref: "#/components/schemas/Task"}}
    next_cursor: {type: [string, "null"]}
Task:
  properties:
    seal: {type: [string, "null"], format: byte}
"""

ONCE = {
    "contains on an integer: each request with it is 500": LIST.format(
        "{name: has, in: query, x-filter: {field: number, op: contains}, schema: {type: integer}}"
    ),
    "prefix on a uuid: each request with it is 500": LIST.format(
        "{name: begins, in: query, x-filter: {field: uid, op: prefix}, schema: {type: string}}"
    ),
    "a search in a date: each request with it is 500": LIST.format(
        "{name: q, in: query, x-search: [due_on], schema: {type: string}}"
    ),
    "a search in bytes: each request with it is 500": LIST.format(
        "{name: q, in: query, x-search: [seal], schema: {type: string}}"
    ),
    "an order by bytes with a cursor: the first page that has a next one is 500": PAGED,
    "another schema for another media type: it is never looked at": """
/tasks/{task_id}:
  patch:
    requestBody:
      content:
        application/merge-patch+json: {schema: {$ref: "#/components/schemas/Title"}}
Title: {type: object, properties: {title: {type: string}}}
""",
    "a Location where no row has a path: it leads nowhere": """
/tasks/{task_id}: null
/tasks:
  post:
    responses:
      "201": {$ref: "#/components/responses/TaskCreated"}
components:
  responses:
    TaskCreated:
      description: The task as it was stored.
      headers: {Location: {schema: {type: string}}}
      content: {application/json: {schema: {$ref: "#/components/schemas/Task"}}}
""",
    "a schema called as the tool calls a body": """
TaskUpdate: {type: object, properties: {completed: {type: boolean}}}
""",
    "a keyword of a parameter that nothing holds": LIST.format(
        "{name: title, in: query, allowReserved: true, allowEmptyValue: true, schema: {type: string}}"
    ),
}


@pytest.mark.parametrize("said", ONCE)
def test_it_is_refused(said: str, tmp_path: Path) -> None:
    documented_examples.lay(documented_examples.whole(BASE, Example(0, ONCE[said])), tmp_path)

    with pytest.raises(ContractError):
        pipeline.generate(project.find_project(tmp_path))


SHARED = """
components:
  requestBodies:
    Task: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Task"}}}}
/tasks:
  post:
    requestBody: {$ref: "#/components/requestBodies/Task", required: null, content: null}
/tasks/{task_id}:
  patch:
    requestBody: {$ref: "#/components/requestBodies/Task", required: null, content: null}
"""


def test_an_update_accepts_any_subset_of_properties(tmp_path: Path) -> None:
    """Also where its body is a component that a create takes as well."""
    documented_examples.lay(documented_examples.whole(BASE, Example(0, SHARED)), tmp_path)
    files = {
        str(path): text for path, text in pipeline.generate(project.find_project(tmp_path)).files.items()
    }

    update = files["tasks/routes.py"].partition("async def update_task(")[2].partition("->")[0]
    create = files["tasks/routes.py"].partition("async def create_task(")[2].partition("->")[0]
    assert "TaskUpdate" in update
    assert "TaskCreate" in create


def test_the_unmodified_contract_is_accepted(tmp_path: Path) -> None:
    contract = documented_examples.whole(
        BASE, Example(0, LIST.format("{name: title, in: query, schema: {type: string}}"))
    )

    documented_examples.verify(
        contract, Example(0, "", [Claim("python", '    __tablename__ = "tasks"')]), tmp_path
    )
