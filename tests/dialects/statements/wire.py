"""Statements about names, objects in queries and statuses as other APIs have them."""

from dataclasses import dataclass

import yaml

from tests.dialects.projects import HERE
from tests.dialects.scenarios import Request, Scenario, ScenarioState, Step, query_value
from tests.dialects.statements.scenes import created

LIST = "GET /notes"
STATS = "GET /stats"


def note(save_as: str, by: str = "alice", **body: object) -> Request:
    return created("/notes", save_as, by=by, **{"title": "Mine", **body})


def wire(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "wire", steps)


def refused(target: str, *parameters: str, **params: object) -> Request:
    return Request(target, 422, params=params, error_locations=parameters)


@dataclass(frozen=True)
class SchemaNames:
    """The names of schemas that the served document has."""

    names: frozenset[str]

    def run(self, state: ScenarioState) -> None:
        """Read the document, and compare."""
        served = state.user("alice").client.get("/openapi.json").json()["components"]["schemas"]
        assert self.names <= served.keys()
        assert served["Date"] == {"type": "string", "format": "date"}


CONTRACT = yaml.safe_load((HERE / "wire" / "contract.yaml").read_text("utf-8"))
ODD = CONTRACT["components"]["schemas"]["A.Odd"]["properties"]
NOTHING = {"Content-Type": None}
ODD_ = "/odds/{odd[id]}"
REMARK = "/notes/{note[id]}/remarks/{remark[id]}"
WRONG_PLACES = (
    ("other", "remark", "alice"),
    ("his", "his_remark", "alice"),
    ("note", "his_remark", "alice"),
    ("note", "remark", "bob"),
    ("his", "remark", "bob"),
)
"""A note, a remark, and a user who finds no such remark below this note."""
FIXED = {"id", "lists", "meta", "steps"}


def value_of(schema: dict[str, object], *, is_first: bool) -> object:
    """One of two values of a property."""
    if schema["type"] == "boolean":
        return is_first
    if schema["type"] == "integer":
        return 1 if is_first else 2
    return "a" if is_first else "b"


def values(*, is_first: bool = True) -> dict[str, object]:
    return {name: value_of(schema, is_first=is_first) for name, schema in ODD.items() if name not in FIXED}


def after(changed: str) -> dict[str, object]:
    """The values of a row after this property was changed, and those before it."""
    names = list(values())
    return values() | {name: values(is_first=False)[name] for name in names[: names.index(changed) + 1]}


def odd(save_as: str, by: str = "alice", **body: object) -> Request:
    return Request("POST /odds", 201, values() | body, by=by, save_as=save_as, has=values() | body)


SCENARIOS = (
    wire(
        "a property of any name -> the wire keeps it, in bodies, answers, lists, filters and orders",
        odd("odd", meta={"class": "x", "@id": 1}, lists=["a"], steps=[{"to": "x"}]),
        odd("his", by="bob"),
        Request(f"GET {ODD_}", has=values() | {"lists": ["a"], "meta": {"class": "x", "@id": 1}}),
        Request("GET /odds", params={"class": 1, "@id": "a", "metadata[prefix]": "a"}, rows=("@id", ("a",))),
        Request("GET /odds", params={"class": 2}, rows=("@id", ())),
        Request("GET /odds", params={"metadata[prefix]": "b"}, rows=("@id", ())),
        Request(
            f"PUT {ODD_}",
            200,
            values(is_first=False),
            has=values(is_first=False) | {"lists": [], "steps": []},
        ),
        Request("POST /odds", 409, values(is_first=False)),
        odd("third"),
        *(
            Request("GET /odds", params={"sort": order}, rows=("class", found))
            for order, found in (
                ("class", (1, 2)),
                ("-class", (2, 1)),
                ("@id", (1, 2)),
                ("-metadata", (2, 1)),
            )
        ),
        Request("GET /odds/{his[id]}", 404),
    ),
    wire(
        "a property of any name -> one column, changed alone",
        odd("odd"),
        *(
            step
            for name, schema in ODD.items()
            if name not in FIXED
            for step in (
                Request(f"PATCH {ODD_}", 200, {name: value_of(schema, is_first=False)}, has=after(name)),
                Request(f"PATCH {ODD_}", 422, {name: []}, error_locations=(f"/{name}",)),
            )
        ),
    ),
    wire(
        "several statuses of success -> a custom operation chooses one",
        note("note", title="A"),
        Request("POST /notes/{note[id]}/copies", 204, params={"title": "A"}, response_headers=NOTHING),
        Request(
            "POST /notes/{note[id]}/copies", 201, params={"title": "B"}, has={"title": "B"}, save_as="copy"
        ),
        Request(
            "POST /notes/{note[id]}/copies",
            200,
            params={"title": "B"},
            has={"id": "{copy[id]}"},
            response_headers={"Content-Type": "application/hal+json"},
        ),
        Request("POST /notes/{note[id]}/copies", 202, params={"title": "later"}, has={"at": "tomorrow"}),
        Request("POST /notes/{note[id]}/copies", 404, params={"title": "B"}, by="bob"),
        Request("DELETE /notes/{note[id]}", 204, response_headers=NOTHING),
    ),
    wire(
        "a redirect without another success -> the method says where to; cookies are not read",
        note("note"),
        Request("GET /notes/{note[id]}/moved", 303, response_headers={"Location": "/notes/{note[id]}"}),
        Request("GET /notes/{note[id]}/moved", 404, by="bob"),
    ),
    wire(
        "JSON of another name alone -> read and sent as it is declared",
        note("note", title="A"),
        Request("GET /notes/{note[id]}", response_headers={"Content-Type": "application/hal+json"}),
        Request("GET /notes", response_headers={"Content-Type": "application/json"}),
        Request(
            "PUT /notes/{note[id]}",
            content=b'{"title": "B"}',
            headers={"Content-Type": "application/vnd.api+json"},
            has={"title": "B"},
            response_headers={"Content-Type": "application/vnd.api+json"},
        ),
        Request("PUT /notes/{note[id]}", 415, {"title": "C"}),
        Request(
            "PUT /notes/{note[id]}",
            422,
            content=b'{"title": ""}',
            headers={"Content-Type": "application/vnd.api+json"},
            error_locations=("/title",),
            response_headers={"Content-Type": "application/problem+json"},
        ),
    ),
    wire(
        "a parent that the path calls otherwise -> its rows, below it alone, for nobody else",
        note("note", title="A"),
        note("other", title="B"),
        note("his", by="bob", title="A"),
        created("/notes/{note[id]}/remarks", "remark", text="First"),
        created("/notes/{his[id]}/remarks", "his_remark", by="bob", text="His"),
        created(f"{REMARK}/replies", "reply", text="Indeed"),
        Request(f"GET {REMARK}", has={"text": "First", "about": "{note[id]}"}),
        Request("GET /notes/{note[id]}/remarks", rows=("text", ("First",))),
        Request("GET /notes/{other[id]}/remarks", rows=("text", ())),
        Request(f"GET {REMARK}/replies", rows=("text", ("Indeed",))),
        *(
            Request(f"{method} /notes/{{{place}[id]}}/remarks/{{{row}[id]}}", 404, body, by=by)
            for place, row, by in WRONG_PLACES
            for method, body in (("GET", None), ("PATCH", {"text": "No"}), ("DELETE", None))
        ),
        *(
            Request(f"{method} /notes/{{{place}[id]}}/remarks/{{{row}[id]}}/replies", 404, body, by=by)
            for place, row, by in WRONG_PLACES
            for method, body in (("GET", None), ("POST", {"text": "No"}))
        ),
        Request("GET /notes/{note[id]}/remarks", 404, by="bob"),
        Request("POST /notes/{note[id]}/remarks", 404, {"text": "No"}, by="bob"),
        Request("GET /notes/nothing/remarks", 404),
        Request("GET /notes/{note[id]}/remarks/nothing", 404),
        Request(f"PATCH {REMARK}", 200, {"text": "Second"}, has={"text": "Second"}),
        Request(f"DELETE {REMARK}", 204),
        Request("GET /notes/{his[id]}/remarks", by="bob", rows=("text", ("His",))),
    ),
    wire(
        "a reserved name -> a column with another name",
        odd("odd", metadata="kept"),
        query_value("SELECT metadata_ AS is FROM a_odds WHERE owner_id = $1", "{alice}", expected="kept"),
    ),
    wire(
        "a schema of any name -> the served document keeps it",
        Request(
            "POST /login",
            content=b"username=ann&from=ann%40example.com",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            has={"class": "ann", "_links": {"@id": "1", "self": "ann@example.com"}},
        ),
        Request(
            "POST /notes",
            201,
            {"title": "x", "due": "2030-01-31", "to": "a@example.com"},
            has={"due": "2030-01-31", "to": "a@example.com"},
        ),
        Request("POST /notes", 422, {"title": "x", "due": "soon"}, error_locations=("/due",)),
        SchemaNames(frozenset(CONTRACT["components"]["schemas"])),
    ),
    wire(
        "an object in the query of a list -> a filter for each property",
        note("first", title="A"),
        note("second", title="B"),
        note("his", by="bob", title="A"),
        Request(LIST, params={"created[gte]": "{first[created_at]}"}, rows=("title", ("B", "A"))),
        Request(LIST, params={"created[lt]": "{second[created_at]}"}, rows=("title", ("A",))),
        Request(
            LIST,
            params={"created[gte]": "{first[created_at]}", "created[lt]": "{second[created_at]}"},
            rows=("title", ("A",)),
        ),
        Request(LIST, params={"filter[title]": "B"}, rows=("title", ("B",))),
        Request(f"{LIST}?filter%5Bwords%5D=A&filter[words]=C", rows=("title", ("A",))),
        Request(LIST, params={"page[size]": 1, "page[number]": 2}, rows=("title", ("A",))),
        Request(LIST, rows=("title", ("B", "A"))),
    ),
    wire(
        "an object in a query is judged by its schema",
        refused(LIST, "created[gte]", **{"created[gte]": "yesterday"}),
        refused(LIST, "created[lte]", **{"created[lte]": "2030-01-31T00:00:00Z"}),
        refused(LIST, "created", created="2030-01-31T00:00:00Z"),
        refused(LIST, "filter[title]", **{"filter[title]": "x" * 21}),
        refused(LIST, "filter[words]", **{"filter[words]": "a,b,c,d"}),
        refused(LIST, "filter[title]", **{"filter[title]": ["a", "b"]}),
        refused(LIST, "page[size]", **{"page[size]": 51}),
        refused(LIST, "page[size]", **{"page[size]": "x"}),
        refused(LIST, "filter[title][x]", **{"filter[title][x]": "a"}),
        refused(LIST, "filter[]", **{"filter[]": "a"}),
        refused(STATS, "within"),
        refused(STATS, "within[from]", **{"within[to]": "2030-01-31"}),
        refused(STATS, "within[from]", **{"within[from]": "x"}),
        refused(STATS, "within[days]", **{"within[from]": "2030-01-31", "within[days]": "x"}),
        refused(STATS, "within[kinds]", **{"within[from]": "2030-01-31", "within[kinds]": "1,0"}),
        refused(STATS, "within[]", **{"within[from]": "2030-01-31", "within[]": "x"}),
        refused(STATS, "where[x]", **{"within[from]": "2030-01-31", "where[x]": "x"}),
    ),
    wire(
        "an object in the query of a custom operation -> an instance of its class",
        Request(
            STATS,
            params={"within[from]": "2030-01-31", "within[kinds]": "1,2", "where[title]": "a b&c"},
            has={"asked": {"from": "2030-01-31", "kinds": [1, 2], "title": "a b&c"}},
        ),
        Request(
            STATS,
            params={"within[from]": "2030-01-31", "within[days]": "7", "within[]": "8"},
            has={"asked": {"from": "2030-01-31", "days": 7, "": 8, "title": None}},
        ),
    ),
)
