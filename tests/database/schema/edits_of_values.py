"""Edits of required properties, defaults and enums."""

from tests.database.schema.edits import BOOL, INT, INTS, NUMBER, TEXT, TEXTS, Edit, edit
from tests.database.schema.migrating import resource

HOSTILE = '":name", "a::b:c", "\\\\:d", "it\'s", "100%", "%(x)s", "{x}", "$1", "--", "\\\\"'
ROW = "INSERT INTO tasks (owner_id) VALUES ('alice')"
ROW_WITH_X = "INSERT INTO tasks (owner_id, x) VALUES ('alice', 'a')"

NULLS_AND_DEFAULTS = {
    "a property becomes required": edit(TEXT, TEXT, "'a'", "a", becomes_required=True),
    "a property without a value becomes required": edit(
        TEXT, TEXT, "NULL", "-", becomes_required=True, stops="contains null values",
        remedy="UPDATE tasks SET x = '-'",
    ),
    "a property becomes required, with a default": edit(
        TEXT, f"{TEXT}, default: none", "NULL", "none", becomes_required=True
    ),
    "a required property becomes optional": edit(
        TEXT, TEXT, "'a'", "a", required=True, becomes_required=False
    ),
    "a new property": Edit(
        resource("Task"), resource("Task", f"x: {{{TEXT}}}"),
        rows=[ROW], query="SELECT x FROM tasks", found=[(None,)],
    ),
    "a new property with a default": Edit(
        resource("Task"), resource("Task", f"x: {{{TEXTS}, default: [a, b]}}", required="id, x"),
        rows=[ROW], query="SELECT x FROM tasks", found=[(["a", "b"],)],
    ),
    "a new required property": Edit(
        resource("Task"), resource("Task", f"x: {{{TEXT}}}", required="id, x"),
        rows=[ROW], query="SELECT x FROM tasks", found=[("-",)],
        stops="contains null values", remedy="UPDATE tasks SET x = '-'",
    ),
    "a new required property without rows": Edit(
        resource("Task"), resource("Task", f"x: {{{TEXT}}}", required="id, x"), found=[(0,)]
    ),
    "a dropped property": Edit(
        resource("Task", f"x: {{{TEXT}}}"), resource("Task"),
        rows=[ROW_WITH_X], found=[(1,)],
    ),
    "a dropped property that was required": Edit(
        resource("Task", f"x: {{{TEXT}}}", required="id, x"), resource("Task"),
        rows=[ROW_WITH_X], found=[(1,)], reverts="contains null values",
    ),
    "a default": edit(TEXT, f"{TEXT}, default: a", "'b'", "b"),
    "another default": edit(f"{TEXT}, default: a", f"{TEXT}, default: b", "'c'", "c"),
    "no default": edit(f"{TEXT}, default: a", TEXT, "'b'", "b", becomes_required=True),
    "a hostile default": edit(
        TEXT, f"{TEXT}, default: \"\\\\n,\\n:n '%(x)s' \\\\: $1 -- a::b:c\"", "'b'", "b"
    ),
    "a default changes its type": edit(f"{INT}, default: 1", f"{TEXT}, default: one", "2", "2"),
    "a default of a boolean": edit(f"{BOOL}, default: false", f"{BOOL}, default: true", "false", found=False),
    "a default of an array": edit(f"{TEXTS}, default: [a]", f"{INTS}, default: [1]", "'{2}'", [2]),
}  # fmt: skip

ENUMS = {
    "one value more": edit(f"{TEXT}, enum: [a]", f"{TEXT}, enum: [a, b]", "'a'", "a"),
    "one value less": edit(f"{TEXT}, enum: [a, b]", f"{TEXT}, enum: [a]", "'a'", "a"),
    "one value less, which a row has": edit(
        f"{TEXT}, enum: [a, b]", f"{TEXT}, enum: [a]", "'b'", "a", stops="ck_tasks_x_allowed",
        remedy="UPDATE tasks SET x = 'a'",
    ),
    "a text becomes an enum": edit(TEXT, f"{TEXT}, enum: [a, b]", "'a'", "a"),
    "a text with another value becomes an enum": edit(
        TEXT, f"{TEXT}, enum: [a, b]", "'c'", "a", stops="ck_tasks_x_allowed",
        remedy="UPDATE tasks SET x = 'a'",
    ),
    "an enum becomes a text": edit(f"{TEXT}, enum: [a, b]", TEXT, "'a'", "a"),
    "an enum becomes an integer": edit(f"{TEXT}, enum: ['1', '2']", INT, "'1'", 1),
    "an enum of integers": edit(f"{INT}, enum: [1, 2]", f"{INT}, enum: [1, 2, 3]", "1", 1),
    "an enum of numbers": edit(f"{NUMBER}, enum: [1.5]", f"{NUMBER}, enum: [1.5, 2]", "1.5", 1.5),
    "hostile values": edit(f"{TEXT}, enum: [a]", f"{TEXT}, enum: [a, {HOSTILE}]", "'a'", "a"),
    "hostile values go": edit(f"{TEXT}, enum: [a, {HOSTILE}]", f"{TEXT}, enum: [a]", "'a'", "a"),
    "a constant": edit(TEXT, "const: a", "'a'", "a"),
}  # fmt: skip
