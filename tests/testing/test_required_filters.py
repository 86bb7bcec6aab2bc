"""The tests of a project find their rows in a list that requires a filter by what rows need not have."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project_tests import run_tests

CONTRACT = """\
openapi: 3.0.3
info: {title: Nodes and people, version: "1"}
security: [{token: []}]
paths:
  /nodes:
    get:
      operationId: searchNodes
      parameters:
        - {name: q, in: query, required: true, schema: {type: string, minLength: 1}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        "200":
          description: D
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Node"}}}}
    post:
      operationId: createNode
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/NodeInput"}}}}
      responses:
        "201": {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Node"}}}}
  /people:
    get:
      operationId: listPeople
      parameters: [{name: email, in: query, required: true, schema: {type: string}}]
      responses:
        "200":
          description: D
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Person"}}}}
  /people/{id}:
    get:
      operationId: getPerson
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200": {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Person"}}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    Person: {type: object, properties: {id: {type: integer}, name: {type: string}, email: {type: string}}}
    Node:
      type: object
      required: [id]
      properties: {id: {type: integer}, title: {type: string, nullable: true}, depth: {type: integer}}
    NodeInput:
      type: object
      properties: {title: {type: string, nullable: true}, depth: {type: integer}}
"""


@pytest.mark.long
def test_rows_have_what_a_list_asks_for(imported_project: Callable[[str, str], Path]) -> None:
    folder = imported_project(CONTRACT, "required_filters")

    done = run_tests(folder, "-k", "searchNodes or listPeople", "-rs")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED" not in done.stdout, done.stdout
