"""References that only bodies have: rows are shown through them, and the tests create what they refer to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project_tests import run_tests

CONTRACT = """\
openapi: 3.0.3
info: {title: Gear, version: "1"}
security: [{token: []}]
paths:
  /categories:
    get: {operationId: listCategories, responses: {"200": {$ref: "#/components/responses/Categories"}}}
    post:
      operationId: createCategory
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/CategoryInput"}}}}
      responses: {"201": {$ref: "#/components/responses/Category"}}
  /items:
    get: {operationId: listItems, responses: {"200": {$ref: "#/components/responses/Items"}}}
    post:
      operationId: createItem
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/ItemInput"}}}}
      responses: {"201": {$ref: "#/components/responses/Item"}}
  /items/{item_id}:
    parameters: [{$ref: "#/components/parameters/Item"}]
    get: {operationId: getItem, responses: {"200": {$ref: "#/components/responses/Item"}}}
    put:
      operationId: updateItem
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/ItemInput"}}}}
      responses: {"200": {$ref: "#/components/responses/Item"}}
    delete: {operationId: deleteItem, responses: {"204": {description: D}}}
  /items/{item_id}/parts:
    parameters: [{$ref: "#/components/parameters/Item"}]
    get: {operationId: listParts, responses: {"200": {$ref: "#/components/responses/Parts"}}}
    post:
      operationId: createPart
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/PartInput"}}}}
      responses:
        "201": {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Part"}}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  parameters:
    Item: {name: item_id, in: path, required: true, schema: {type: integer}}
  responses:
    Item: {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
    Items:
      description: D
      content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}
    Parts:
      description: D
      content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Part"}}}}
    Category: {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Category"}}}}
    Categories:
      description: D
      content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Category"}}}}
  schemas:
    Category:
      type: object
      x-resource: {}
      required: [id, name]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
    CategoryInput: {type: object, required: [name], properties: {name: {type: string}}}
    Item:
      type: object
      x-resource: {}
      required: [id, name, category_id, category]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        category_id: {type: integer, writeOnly: true, x-references: Category}
        category: {allOf: [{$ref: "#/components/schemas/Category"}], readOnly: true}
    ItemInput:
      type: object
      required: [category_id, name]
      properties: {category_id: {type: integer}, name: {type: string}}
    Part:
      type: object
      x-resource: {parent: {resource: Item, field: item_id}}
      required: [id, item_id, category_id, category]
      properties:
        id: {type: integer, readOnly: true}
        item_id: {type: integer, readOnly: true}
        category_id: {type: integer, writeOnly: true, x-references: Category}
        category: {allOf: [{$ref: "#/components/schemas/Category"}], readOnly: true}
    PartInput: {type: object, required: [category_id], properties: {category_id: {type: integer}}}
"""


@pytest.mark.long
def test_two_users_never_meet_on_them(imported_project: Callable[[str, str], Path]) -> None:
    folder = imported_project(CONTRACT, "references_in_bodies")

    done = run_tests(folder, "-rs")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED" not in done.stdout, done.stdout
