"""Statements about properties: types, null, defaults, what the service sets."""

from typing import Any

from tests.dialects.scenarios import DatabaseQuery, Request, Scenario, query_value
from tests.dialects.statements.scenes import A_COMMENT, COMMENT, CONTACT, PROJECT, created, workspace

A_UUID = "0b0e7f6e-6d0c-4c7e-9d5b-0d6f6c5e4a3b"
STREET = {"street": "Main Street 1", "city": "Bern"}
PHONE, CHAT = {"type": "phone", "number": "+41 31"}, {"type": "chat", "handle": "ada"}
CONTACT_ = "/contacts/{contact[id]}"

Typed = tuple[str, str, str, object, object, tuple[object, ...]]

TYPES: tuple[Typed, ...] = (  # the type, the property, its column, a value, how it comes back, wrong ones
    ("a text", "notes", "text", "Grüße 世界", "Grüße 世界", (7, True, ["x"], "a\0b")),
    ("a text with maxLength", "name", "character varying(100)", "x" * 100, "x" * 100, ("", "x" * 101, None)),
    ("an enum", "kind", "text", "company", "company", ("Company", "", 1, None)),
    ("a const", "source", "text", "contacts", "contacts", ("other", None)),
    ("an email", "email", "character varying(254)", "a.b@example.com", "a.b@example.com",
        ("a", "a@b@c", "a b@c.com", '"a@b.com', "a@-b.com", "Ada <a@b.com>")),
    ("a uri", "website", "character varying(500)", "https://example.com/a?b=c", "https://example.com/a?b=c",
        ("example.com", "http://a b", "https://[::1/", "https://a/%zz")),
    ("a uuid", "externalId", "uuid", A_UUID, A_UUID, ("x", A_UUID[:-1], 7)),
    ("a date", "bornOn", "date", "1815-12-10", "1815-12-10", ("10.12.1815", "1815-02-30", 0, "0")),
    ("a date-time", "lastSeenAt", "timestamp with time zone", "2030-01-31T20:15:00+02:00",
        "2030-01-31T18:15:00Z", ("2030-01-31T20:15:00", "2030-01-31", 0)),
    ("a time", "callAt", "time with time zone", "20:15:00+02:00", "20:15:00+02:00",
        ("20:15", "20:15:00", "x")),
    ("bytes", "photo", "bytea", "AP8Q/w==", "AP8Q/w==", ("AP8", "!", 7)),
    ("an int32", "visits", "integer", 2**31 - 1, 2**31 - 1, (2**31, -1, "1", 1.5, True, None)),
    ("an int64", "steps", "bigint", 2**63 - 1, 2**63 - 1, (2**63, "1", 0.5)),
    ("a number", "score", "double precision", 0.1, 0.1, ("0.1", 1000000.5, True)),
    ("a decimal", "credit", "numeric", "12345678901234567890.120", "12345678901234567890.120",
        (12.5, "1e3", "NaN", "")),
    ("a boolean", "vip", "boolean", True, True, ("true", 1, None)),
    ("a list of texts", "tags", "character varying(30)[]", ["a", "it's", '{"'], ["a", "it's", '{"'],
        ("a", [1], ["x" * 31], ["x"] * 11, None)),
    ("a list of integers", "luckyNumbers", "integer[]", [7, -1], [7, -1], ([2**31], [1] * 6, ["1"])),
    ("an object", "address", "jsonb", STREET, STREET,
        ({"street": "x"}, {**STREET, "floor": 2}, {**STREET, "country": "CHE"}, [])),
    ("oneOf with a discriminator", "channel", "jsonb", PHONE, PHONE,
        ({"type": "fax"}, {"type": "phone", "handle": "x"}, {"number": "1"}, None)),
    ("allOf", "preferences", "jsonb", {"newsletter": True, "language": "de"},
        {"newsletter": True, "language": "de"}, ({"newsletter": "yes"}, {"language": "x" * 11})),
)  # fmt: skip

COLUMN = """
    SELECT format_type(atttypid, atttypmod) AS is FROM pg_attribute
    WHERE attrelid = 'contacts'::regclass AND replace(attname, '_', '') = lower($1)
"""


def _kept(typed: Typed) -> Scenario:
    said, name, column, value, shown, _ = typed
    body: dict[str, Any] = {"name": "Ada", name: value}
    return workspace(
        f"{said} -> a column of {column}, and the value comes back",
        query_value(COLUMN, name, expected=column),
        created("/contacts", "contact", **body),
        Request(f"GET {CONTACT_}", has={name: shown}),
    )


def _refused(typed: Typed) -> Scenario:
    said, name, _, _, _, wrong = typed
    asked = [Request("POST /contacts", 422, {"name": "Ada", name: value}) for value in wrong]
    return workspace(f"{said} -> any other value is 422", *asked, Request("GET /contacts", has={"total": 0}))


SCENARIOS = (
    *map(_kept, TYPES),
    *map(_refused, TYPES),
    workspace(
        "oneOf with a discriminator -> each of its schemas",
        Request("POST /contacts", 201, {"name": "Ada", "channel": CHAT}, has={"channel": CHAT}),
    ),
    workspace(
        "a nullable property -> null is a value",
        created("/contacts", "contact", name="Ada", notes="x", bornOn="1815-12-10"),
        Request(
            f"PATCH {CONTACT_}", 200, {"notes": None, "bornOn": None}, has={"notes": None, "bornOn": None}
        ),
    ),
    Scenario(
        "nullable: true of OpenAPI 3.0 -> null is a value",
        "forbidden",
        (Request("POST /api/tasks", 201, {"title": "x", "description": None}, has={"description": None}),),
    ),
    workspace(
        "a property that is not nullable -> null is 422",
        CONTACT,
        Request(f"PATCH {CONTACT_}", 422, {"name": None, "vip": None}, error_locations=("/name", "/vip")),
    ),
    workspace(
        "a nullable property that is not sent -> it is null",
        Request("POST /contacts", 201, {"name": "Ada"}, has={"notes": None, "credit": None, "address": None}),
    ),
    workspace(
        "a property that may be missing -> it is left out until it is set",
        CONTACT,
        Request(f"GET {CONTACT_}", lacks=("source", "channel", "preferences")),
        Request(f"PATCH {CONTACT_}", 200, {"source": "contacts"}, has={"source": "contacts"}),
    ),
    workspace(
        "default -> what is not sent has it",
        Request(
            "POST /contacts",
            201,
            {"name": "Ada"},
            has={"kind": "person", "visits": 0, "vip": False, "tags": []},
        ),
    ),
    workspace(
        "default -> the table has it too",
        DatabaseQuery(
            "INSERT INTO contacts (org_id, name) VALUES ('by hand', 'x')"
            " RETURNING kind, visits, vip, tags::text",
            (),
            [{"kind": "person", "visits": 0, "vip": False, "tags": "{}"}],
        ),
    ),
    workspace(
        "enum -> the table has a CHECK",
        query_value(
            "SELECT count(*) AS is FROM pg_constraint WHERE conname = $1 AND contype = 'c'",
            "ck_tasks_priority_allowed",
            expected=1,
        ),
    ),
    workspace(
        "writeOnly -> it is stored, and no answer has it",
        Request("POST /contacts", 201, {"name": "Ada", "pin": "1234"}, save_as="contact", lacks=("pin",)),
        Request(f"GET {CONTACT_}", lacks=("pin",)),
        Request(f"PATCH {CONTACT_}", 200, {"vip": True}, lacks=("pin",)),
        query_value("SELECT pin AS is FROM contacts WHERE id::text = $1", "{contact[id]}", expected="1234"),
    ),
    workspace(
        "readOnly -> no body sets it",
        Request("POST /contacts", 422, {"name": "x", "id": A_UUID}, error_locations=("/id",)),
        Request(
            "POST /contacts",
            422,
            {"name": "x", "createdAt": "2030-01-01T00:00:00Z"},
            error_locations=("/createdAt",),
        ),
        Request("POST /projects", 422, {"name": "x", "archived": True}, error_locations=("/archived",)),
    ),
    workspace(
        "readOnly with a default -> it has it until an override sets it",
        PROJECT,
        Request("GET /projects/{project[id]}", has={"archived": False}),
        Request("POST /projects/{project[id]}/archive", 200, has={"archived": True}),
    ),
    workspace(
        "camelCase -> the wire has it, the column has snake_case",
        created("/contacts", "contact", name="Ada", externalId=A_UUID),
        Request(
            "POST /contacts", 422, {"name": "x", "external_id": A_UUID}, error_locations=("/external_id",)
        ),
        query_value(
            "SELECT external_id::text AS is FROM contacts WHERE id::text = $1",
            "{contact[id]}",
            expected=A_UUID,
        ),
    ),
    workspace(
        "x-generated: identity -> the database counts",
        *A_COMMENT,
        query_value(
            "SELECT is_identity::text AS is FROM information_schema.columns"
            " WHERE table_name = 'comments' AND column_name = 'number'",
            expected="YES",
        ),
        Request(f"GET {COMMENT}", has={"number": "{comment[number]}"}),
    ),
    workspace(
        "x-generated: version -> it counts the changes",
        *A_COMMENT,
        Request(f"GET {COMMENT}", has={"changes": 1}),
        Request(f"PATCH {COMMENT}", 200, {"text": "Green"}, has={"changes": 2}),
        Request(f"PATCH {COMMENT}", 200, {"text": "Red"}, has={"changes": 3}),
    ),
    workspace(
        "x-generated: created, updated -> the first stays, the second moves",
        *A_COMMENT,
        Request(f"PATCH {COMMENT}", 200, {"text": "Green"}, has={"said_at": "{comment[said_at]}"}),
        query_value(
            "SELECT changed_at > said_at AS is FROM comments WHERE org_id = $1 AND number = $2::bigint",
            "{alice}",
            "{comment[number]}",
            expected=True,
        ),
    ),
    workspace(
        "created_at, updated_at by their names -> the first stays, the second moves",
        PROJECT,
        Request(
            "PATCH /projects/{project[id]}",
            200,
            {"goal": "Roof"},
            has={"created_at": "{project[created_at]}"},
        ),
        query_value(
            "SELECT updated_at > created_at AS is FROM projects WHERE org_id = $1", "{alice}", expected=True
        ),
    ),
)
