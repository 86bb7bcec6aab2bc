"""Statements about names, objects in queries and statuses as other APIs have them."""

from tests.dialects.scenarios import Request, Scenario, Step
from tests.dialects.statements.scenes import created

LIST = "GET /notes"
STATS = "GET /stats"


def note(save_as: str, by: str = "alice", **body: object) -> Request:
    return created("/notes", save_as, by=by, **{"title": "Mine", **body})


def wire(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "wire", steps)


def refused(target: str, *parameters: str, **params: object) -> Request:
    return Request(target, 422, params=params, error_locations=parameters)


SCENARIOS = (
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
            params={"within[from]": "2030-01-31", "within[days]": "7"},
            has={"asked": {"from": "2030-01-31", "days": 7, "title": None}},
        ),
    ),
)
