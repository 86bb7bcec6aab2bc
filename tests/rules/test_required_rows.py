"""A required property that shows the row of a reference has one that is never null (FH343)."""

import pytest

from freehold.rules import registry
from tests.support.contracts import Load

CONTRACT = """\
openapi: 3.1.0
info: {{title: T, version: "1"}}
x-problems: standard
security: [{{token: []}}]
paths:
  /items:
    get:
      operationId: listItems
      responses:
        "200":
          description: D
          content:
            application/json: {{schema: {{type: array, items: {{$ref: "#/components/schemas/Item"}}}}}}
components:
  securitySchemes: {{token: {{type: http, scheme: bearer}}}}
  schemas:
    Category:
      type: object
      x-resource: {{}}
      required: [id]
      properties: {{id: {{type: integer, readOnly: true}}}}
    Item:
      type: object
      x-resource: {{}}
      required: {required}
      properties:
        id: {{type: integer, readOnly: true}}
        category_id: {key}
        category: {shown}
"""
KEY = "{type: integer, x-references: Category}"
HIDDEN = "{type: integer, writeOnly: true, x-references: Category}"
OR_NULL = "{type: [integer, 'null'], x-references: Category}"
SHOWN = '{allOf: [{$ref: "#/components/schemas/Category"}], readOnly: true}'
SHOWN_OR_NULL = '{anyOf: [{$ref: "#/components/schemas/Category"}, {type: "null"}], readOnly: true}'
WHAT = "category of Item is required, and category_id, whose row it shows, can be null"
TAKE_OUT = "take category out of `required`."


@pytest.mark.parametrize(
    ("key", "shown", "required", "fix"),
    [
        (KEY, SHOWN, "[id, category]", f"Add category_id to `required`, or {TAKE_OUT}"),
        (HIDDEN, SHOWN, "[id, category]", f"Add category_id to `required`, or {TAKE_OUT}"),
        (
            OR_NULL,
            SHOWN,
            "[id, category, category_id]",
            f"Remove null from category_id, and add it to `required`, or {TAKE_OUT}",
        ),
        (KEY, SHOWN, "[id, category, category_id]", ""),
        (HIDDEN, SHOWN, "[id, category, category_id]", ""),
        (KEY, SHOWN, "[id]", ""),
        (OR_NULL, SHOWN, "[id]", ""),
        (OR_NULL, SHOWN_OR_NULL, "[id, category]", ""),
        (KEY, SHOWN_OR_NULL, "[id, category]", ""),
    ],
)
def test_a_required_row_has_a_reference_that_is_never_null(
    load: Load, key: str, shown: str, required: str, fix: str
) -> None:
    text = CONTRACT.format(key=key, shown=shown, required=required)
    line = text.splitlines().index(f"        category: {shown}") + 1
    document = load(text)

    found = registry.problems_of("FH343", document)

    assert [(one.message, one.fix, one.line) for one in found] == ([(WHAT, fix, line)] if fix else [])
    if not fix:
        registry.check(document)
