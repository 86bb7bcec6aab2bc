"""Contracts whose rows clients name in a way that no service can hold, in the form of `mistakes`."""

from freehold.rules import operations, resources, row_ids, success_responses
from tests.rules.mistakes import Mistake
from tests.support.contracts import Change
from tests.support.service import ROOT

KEYS = (ROOT / "tests" / "dialects" / "keys" / "contract.yaml").read_text("utf-8")
_CODE = '        code: {type: string, maxLength: 40, pattern: "^[a-z0-9][a-z0-9-]*$"}\n'
_LABEL = "      x-resource: {id: code, order: [code]}\n"


def code(said: str) -> Change:
    """The dialect with another key of its labels, at which the problem is expected."""
    return _CODE, f"        »code: {{{said}}}\n"


KEY_MISTAKES: dict[str, Mistake] = {
    "a key that is no property": (resources.resource_ids, "Label has no property cod, which is its id",
        "Did you mean code?", (_LABEL, "      x-resource: {id: »cod, order: [code]}\n")),
    "a key beside a generated id": (resources.resource_ids, "Label has two ids: id and code",
        "add `unique: [[code]]`", (_LABEL, "      x-resource: {id: »code, order: [code]}\n"),
        (_CODE, f"        id: {{type: string, format: uuid, readOnly: true}}\n{_CODE}")),
    "a key that no request sets": (resources.resource_ids,
        "code is the id of Label, and no request can set it", "Remove `readOnly`",
        code("type: string, readOnly: true")),
    "a key that no answer shows": (resources.resource_ids, "code is the id of Label, and no answer shows it",
        "Remove `writeOnly`", code("type: string, writeOnly: true")),
    "a key that can be null": (resources.resource_ids, "code is the id of Label, and can be null",
        "Remove null", code("type: [string, 'null']")),
    "a key that is a number": (resources.resource_ids, "and no path can have its values",
        "Use `type: string` with `maxLength`", code("type: number")),
    "a key that is a moment": (resources.resource_ids, "and no path can have its values",
        "a uuid or a date", code("type: string, format: date-time")),
    "a new row without its key": (resources.writable_bodies,
        "createColumn can omit slug, which Column requires",
        "Add it to `properties` and `required` of ColumnCreate",
        ("    Column:\n      type: object\n      x-resource: {",
            "    Column:\n      type: object\n      x-resource: {id: slug, "),
        ("    ColumnCreate:\n      type: object\n      required: [slug, title]\n",
            "    »ColumnCreate:\n      type: object\n      required: [title]\n")),
    "a PUT that writes its key alone": (resources.writable_bodies,
        "putColumn writes nothing of Column but what its path names",
        "Add what it writes to `properties` of ColumnPut",
        ("    ColumnPut:\n      type: object\n      required: [title]\n      properties:\n"
            "        title: {type: string, maxLength: 100}\n",
            "    »ColumnPut:\n      type: object\n      properties:\n"
            '        slug: {type: string, minLength: 1, maxLength: 40, pattern: "^[a-z-]+$"}\n')),
    "a parameter that is named like another property": (row_ids.path_ids,
        "getLabel finds rows by code, and its parameter is title",
        "Name it code, or add `unique: [[title]]`",
        ("  /labels/{code}:\n", "  /labels/{title}:\n"),
        ("      - {name: code, in: path, required: true, schema: {type: string}}\n",
            "      - »{name: title, in: path, required: true, schema: {type: string, maxLength: 40}}\n")),
    "a chosen key that tells what others have": (row_ids.path_ids,
        "getLabel finds rows by code, and would tell with 403 who else has the value",
        "Name the row by a generated id",
        (_LABEL, "      x-resource: {id: code, order: [code], foreign: forbidden}\n"),
        ("      - {name: code, in: path, required: true, schema: {type: string}}\n",
            "      - »{name: code, in: path, required: true, schema: {type: string}}\n")),
    "a new row by another schema than a replaced one": (success_responses.several_successes,
        "putLabel shows a new row by another schema than a replaced one", "Use one schema for both.",
        ('        "201":\n          description: The label is new.\n',
            '        »"201":\n          description: The label is new.\n'),
        ('            Location: {schema: {type: string}}\n          content: {application/json: {schema: '
            '{$ref: "#/components/schemas/Label"}}}\n',
         '            Location: {schema: {type: string}}\n          content: {application/json: {schema: '
            '{$ref: "#/components/schemas/Column"}}}\n')),
    "a PUT that makes a counted id": (success_responses.several_successes,
        "putDraft cannot create a row: the database counts id", "use a key that clients choose",
        ('        "201": {description: The draft is new.}\n',
            '        »"201": {description: The draft is new.}\n'),
        ("        id: {type: string, format: uuid, readOnly: true}\n        text",
            "        id: {type: integer, readOnly: true}\n        text"),
        ("{name: id, in: path, required: true, schema: {type: string, format: uuid}}",
            "{name: id, in: path, required: true, schema: {type: integer}}")),
    "a PUT that creates and requires a version": (success_responses.several_successes,
        "putLabel cannot create a row: it requires If-Match", "Remove `required`, or the response 201.",
        ('      parameters: [{$ref: "#/components/parameters/IfMatch"}, ',
            '      parameters: [»{name: If-Match, in: header, required: true, schema: {type: string}}, ')),
    "a path that names a new row as no row is named": (success_responses.several_successes,
        "slug in the path of putColumn can be longer than in Column", "Use `maxLength: 40` or less.",
        ("{name: slug, in: path, required: true, schema: {type: string, maxLength: 40}}",
            "{name: slug, in: path, required: true, schema: {type: string, maxLength: »80}}")),
    "a singleton that nobody has": (resources.resource_ids,
        "Profile has one row for each owner, and no owner",
        "Remove `owner: none`, or give the resource an id.",
        ("    Profile:\n      type: object\n      x-resource: {id: none}",
            "    Profile:\n      type: object\n      x-resource: {id: »none, owner: none}")),
    "a singleton without a default": (operations.returned_rows,
        "getSettings has nothing to return before a row is stored: signature has no default",
        'Declare `"404"` at getSettings, or add a `default` to signature.',
        ("    get:\n      operationId: getSettings", "    »get:\n      operationId: getSettings"),
        ("      required: [theme, changed_at]", "      required: [theme, changed_at, signature]")),
}  # fmt: skip
