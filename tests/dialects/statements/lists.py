"""Statements about lists: pages, filters, search, order."""

from typing import Any

from tests.dialects.scenarios import Request, Scenario
from tests.dialects.statements.scenes import A_TASK, COMMENTS, LABEL, PROJECT, TASKS, created, workspace

CONTACTS = (
    created(
        "/contacts", "ada", name="Ada", email="ada@example.com", score=1.5, bornOn="1815-12-10", vip=True
    ),
    created("/contacts", "bell", name="Bell Ltd", kind="company", score=3, visits=5),
    created("/contacts", "cleo", name="Cleo 100%", visits=9, bornOn="1900-01-01"),
)
FIVE = (PROJECT, *(created(TASKS, f"t{n}", title=str(n)) for n in range(5)))
DATED = (
    PROJECT,
    created(TASKS, "late", title="late", due_on="2030-03-01", priority=1),
    created(TASKS, "never", title="never", priority=3),
    created(TASKS, "soon", title="soon", due_on="2030-01-01", status="done"),
)


def contacts(statement: str, *names: str, **params: Any) -> Scenario:
    """A filter, and the names of the contacts that match."""
    return workspace(statement, *CONTACTS, Request("GET /contacts", params=params, rows=("name", names)))


def tasks(statement: str, *titles: str, **params: Any) -> Scenario:
    return workspace(statement, *DATED, Request(f"GET {TASKS}", params=params, rows=("title", titles)))


def rejected_queries(statement: str, *queries: tuple[str, dict[str, Any], str]) -> Scenario:
    """Queries that are rejected with 422, each with the parameter at fault."""
    return workspace(
        statement,
        PROJECT,
        *(Request(f"GET {path}", 422, params=q, error_locations=(p,)) for path, q, p in queries),
    )


ADA, BELL, CLEO = "Ada", "Bell Ltd", "Cleo 100%"

PAGES = (
    workspace(
        "page and per_page -> the rows of this page, and what a page knows",
        *(created("/projects", name, name=name) for name in ("one", "two", "three")),
        Request(
            "GET /projects",
            params={"page": 2, "per_page": 2},
            rows=("name", ("one",)),
            has={"total": 3, "page": 2, "per_page": 2, "total_pages": 2},
        ),
    ),
    workspace(
        "page and page_size -> has_more until the last page",
        *CONTACTS,
        Request(
            "GET /contacts",
            params={"page": 1, "page_size": 2},
            rows=("name", (ADA, BELL)),
            has={"has_more": True},
        ),
        Request(
            "GET /contacts",
            params={"page": 2, "page_size": 2},
            rows=("name", (CLEO,)),
            has={"has_more": False},
        ),
    ),
    workspace(
        "a page behind the last one -> it is empty, and knows the total",
        PROJECT,
        Request(
            "GET /projects",
            params={"page": 9},
            rows=("name", ()),
            has={"total": 1, "total_pages": 1, "page": 9},
        ),
    ),
    workspace(
        "no rows -> an empty first page",
        Request(
            "GET /projects", rows=("name", ()), has={"total": 0, "total_pages": 0, "page": 1, "per_page": 20}
        ),
    ),
    rejected_queries(
        "page, per_page -> from 1 to the maximum, whole numbers, or 422",
        ("/projects", {"page": 0}, "page"),
        ("/projects", {"page": "1.5"}, "page"),
        ("/projects", {"per_page": 0}, "per_page"),
        ("/projects", {"per_page": 101}, "per_page"),
    ),
    workspace(
        "limit and offset -> so many, after so many",
        LABEL,
        created("/labels", "z", name="Zoo"),
        created("/labels", "a", name="Attic"),
        Request(
            "GET /labels",
            params={"limit": 1, "offset": 1},
            rows=("name", ("Garden",)),
            has={"total": 3, "limit": 1, "offset": 1},
        ),
    ),
    workspace(
        "x-total: capped -> the total is exact below 10,000, also behind the last row",
        LABEL,
        created("/labels", "z", name="Zoo"),
        Request("GET /labels", rows=("name", ("Garden", "Zoo")), has={"total": 2}),
        Request("GET /labels", params={"offset": 5}, rows=("name", ()), has={"total": 2}),
        Request("GET /labels", by="bob", rows=("name", ()), has={"total": 0}),
        Request("GET /labels", params={"offset": 5}, by="bob", rows=("name", ()), has={"total": 0}),
    ),
    rejected_queries(
        "limit, offset -> from 1 and from 0, or 422",
        ("/labels", {"limit": 0}, "limit"),
        ("/labels", {"limit": 101}, "limit"),
        ("/labels", {"offset": -1}, "offset"),
    ),
    Scenario(
        "an array as the answer -> the rows and nothing else",
        "path_owner",
        (
            *(created("/api/{alice}/tasks", name, title=name) for name in ("one", "two", "three")),
            Request("GET /api/{alice}/tasks", params={"limit": 1, "offset": 1}, rows=("title", ("two",))),
        ),
    ),
    workspace(
        "limit and cursor -> the next page begins after this one",
        *FIVE,
        Request(
            f"GET {TASKS}", params={"limit": 2}, rows=("title", ("4", "3")), has={"total": 5}, save_as="first"
        ),
        created(TASKS, "new", title="new"),
        Request("DELETE /projects/{project[id]}/tasks/{t3[id]}", 204),
        Request(
            f"GET {TASKS}",
            params={"limit": 2, "cursor": "{first[next_cursor]}"},
            rows=("title", ("2", "1")),
            save_as="second",
        ),
        Request(
            f"GET {TASKS}",
            params={"limit": 2, "cursor": "{second[next_cursor]}"},
            rows=("title", ("0",)),
            has={"next_cursor": None},
        ),
    ),
    workspace(
        "limit and cursor -> null values are passed too",
        *DATED,
        created(TASKS, "also", title="also never"),
        Request(f"GET {TASKS}", params={"limit": 3, "sort": "due_on"}, save_as="first"),
        Request(
            f"GET {TASKS}",
            params={"limit": 3, "sort": "due_on", "cursor": "{first[next_cursor]}"},
            has={"next_cursor": None, "total": 4},
            rows=("due_on", (None,)),
        ),
    ),
    workspace(
        "a cursor of another order, another owner, or nobody -> 422",
        *FIVE,
        Request(f"GET {TASKS}", params={"limit": 2}, save_as="first"),
        Request(
            f"GET {TASKS}",
            422,
            params={"cursor": "{first[next_cursor]}", "sort": "title"},
            error_locations=("cursor",),
        ),
        Request(f"GET {TASKS}", 422, params={"cursor": "{first[next_cursor]}x"}, error_locations=("cursor",)),
        Request(f"GET {TASKS}", 422, params={"cursor": ""}, error_locations=("cursor",)),
        created("/projects", "his", by="bob", name="Boat"),
        Request(
            "GET /projects/{his[id]}/tasks",
            422,
            by="bob",
            params={"cursor": "{first[next_cursor]}"},
            error_locations=("cursor",),
        ),
    ),
    workspace(
        "next_cursor that is not nullable -> the last page leaves it out",
        *A_TASK,
        created(COMMENTS, "one", text="one"),
        created(COMMENTS, "two", text="two"),
        Request(f"GET {COMMENTS}", params={"limit": 1}, has={"has_more": True}, save_as="first"),
        Request(
            f"GET {COMMENTS}",
            params={"limit": 1, "cursor": "{first[next_cursor]}"},
            rows=("text", ("two",)),
            has={"has_more": False},
            lacks=("next_cursor",),
        ),
    ),
)

FILTERS = (
    contacts("a parameter named as a property -> eq", BELL, kind="company"),
    contacts("a parameter named as a property -> eq, of a text", ADA, email="ada@example.com"),
    contacts("x-filter: {field: vip, op: eq}", BELL, CLEO, isVip="false"),
    contacts("x-filter: {field: kind, op: ne}", ADA, CLEO, notKind="company"),
    contacts("x-filter: {field: score, op: gte}, null is left out", BELL, minScore="3"),
    contacts("x-filter: {field: score, op: lte}, null is left out", ADA, BELL, maxScore="3"),
    contacts("x-filter: {field: bornOn, op: gt}", CLEO, bornAfter="1815-12-10"),
    contacts("x-filter: {field: name, op: contains}, % means itself", CLEO, nameHas="0%"),
    contacts("x-filter: {op: contains}, the case of letters counts", nameHas="ada"),
    contacts("two filters -> both hold", ADA, kind="person", maxScore="3"),
    tasks("x-filter: {field: due_on, op: lt}", "soon", due_before="2030-03-01"),
    tasks("x-filter: {field: due_on, op: is_null}, true", "never", without_due_date="true"),
    tasks("x-filter: {field: due_on, op: is_null}, false", "soon", "late", without_due_date="false"),
    tasks("an array named as a property -> in, with commas", "soon", "never", "late", status="open,done"),
    tasks("an array named as a property -> in, repeated", "soon", "never", "late", status=("open", "done")),
    tasks("an array named as a property -> in, one value", "soon", status="done"),
    tasks("an array named as a property -> in, none", status=""),
    workspace(
        "x-filter: {field: name, op: prefix}, _ means itself",
        created("/labels", "one", name="a_b"),
        created("/labels", "two", name="axb"),
        Request("GET /labels", params={"starts_with": "a_"}, rows=("name", ("a_b",)), has={"total": 1}),
        Request("GET /labels", params={"starts_with": "A"}, rows=("name", ())),
    ),
    workspace(
        "x-search: [name, goal] -> in any of them, whatever the case",
        created("/projects", "one", name="House", goal="A new ROOF"),
        created("/projects", "two", name="Roofs"),
        created("/projects", "three", name="Boat"),
        Request("GET /projects", params={"q": "roof"}, rows=("name", ("Roofs", "House")), has={"total": 2}),
        Request("GET /projects", params={"q": "%"}, rows=("name", ())),
    ),
    rejected_queries(
        "a filter's type -> exactly this type, or 422",
        ("/projects", {"archived": "yes"}, "archived"),
        ("/projects", {"archived": "1"}, "archived"),
        ("/contacts", {"bornAfter": "1815"}, "bornAfter"),
        ("/contacts", {"externalId": "x"}, "externalId"),
        ("/contacts", {"kind": "dog"}, "kind"),
        (TASKS, {"status": "open,late"}, "status"),
    ),
    rejected_queries(
        "a parameter that is not declared, or sent twice -> 422",
        ("/projects", {"colour": "red"}, "colour"),
        ("/projects", {"org_id": "x"}, "org_id"),
        ("/projects", {"page": ["1", "2"]}, "page"),
    ),
)

ORDERS = (
    tasks("sort: -created_at is the default", "soon", "never", "late"),
    tasks("sort: created_at", "late", "never", "soon", sort="created_at"),
    tasks("sort: due_on -> null comes last", "soon", "late", "never", sort="due_on"),
    tasks("sort: -due_on -> null comes first", "never", "late", "soon", sort="-due_on"),
    tasks("sort: title", "late", "never", "soon", sort="title"),
    tasks("sort: -priority", "never", "soon", "late", sort="-priority"),
    contacts("x-sort: true on orderBy -> the default", ADA, BELL, CLEO),
    contacts("x-sort: true on orderBy -> falling", CLEO, BELL, ADA, orderBy="-visits"),
    rejected_queries(
        "sort -> only what the enum says, or 422",
        (TASKS, {"sort": "-title"}, "sort"),
        ("/contacts", {"orderBy": "pin"}, "orderBy"),
        ("/contacts", {"sort": "name"}, "sort"),
    ),
)

SCENARIOS = (*PAGES, *FILTERS, *ORDERS)
