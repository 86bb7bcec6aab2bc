"""Statements about lists: pages, filters, search, order."""

from typing import Any

from tests.dialects.script import Ask, Row
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


def contacts(says: str, *found: str, **params: Any) -> Row:
    """A filter, and the contacts that it leaves."""
    return workspace(says, *CONTACTS, Ask("GET /contacts", params=params, rows=("name", found)))


def tasks(says: str, *found: str, **params: Any) -> Row:
    return workspace(says, *DATED, Ask(f"GET {TASKS}", params=params, rows=("title", found)))


def refused(says: str, *asked: tuple[str, dict[str, Any], str]) -> Row:
    """Queries that are 422, and the parameter that is named."""
    return workspace(says, PROJECT, *(Ask(f"GET {path}", 422, params=q, wrong=(p,)) for path, q, p in asked))


ADA, BELL, CLEO = "Ada", "Bell Ltd", "Cleo 100%"

PAGES = (
    workspace(
        "page and per_page -> the rows of this page, and what a page knows",
        *(created("/projects", name, name=name) for name in ("one", "two", "three")),
        Ask(
            "GET /projects",
            params={"page": 2, "per_page": 2},
            rows=("name", ("one",)),
            has={"total": 3, "page": 2, "per_page": 2, "total_pages": 2},
        ),
    ),
    workspace(
        "page and page_size -> has_more until the last page",
        *CONTACTS,
        Ask(
            "GET /contacts",
            params={"page": 1, "page_size": 2},
            rows=("name", (ADA, BELL)),
            has={"has_more": True},
        ),
        Ask(
            "GET /contacts",
            params={"page": 2, "page_size": 2},
            rows=("name", (CLEO,)),
            has={"has_more": False},
        ),
    ),
    workspace(
        "a page behind the last one -> it is empty, and knows the total",
        PROJECT,
        Ask(
            "GET /projects",
            params={"page": 9},
            rows=("name", ()),
            has={"total": 1, "total_pages": 1, "page": 9},
        ),
    ),
    workspace(
        "no rows -> an empty first page",
        Ask(
            "GET /projects", rows=("name", ()), has={"total": 0, "total_pages": 0, "page": 1, "per_page": 20}
        ),
    ),
    refused(
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
        Ask(
            "GET /labels",
            params={"limit": 1, "offset": 1},
            rows=("name", ("Garden",)),
            has={"total": 3, "limit": 1, "offset": 1},
        ),
    ),
    refused(
        "limit, offset -> from 1 and from 0, or 422",
        ("/labels", {"limit": 0}, "limit"),
        ("/labels", {"limit": 101}, "limit"),
        ("/labels", {"offset": -1}, "offset"),
    ),
    Row(
        "an array as the answer -> the rows and nothing else",
        "path_owner",
        (
            *(created("/api/{alice}/tasks", name, title=name) for name in ("one", "two", "three")),
            Ask("GET /api/{alice}/tasks", params={"limit": 1, "offset": 1}, rows=("title", ("two",))),
        ),
    ),
    workspace(
        "limit and cursor -> the next page begins after this one",
        *FIVE,
        Ask(f"GET {TASKS}", params={"limit": 2}, rows=("title", ("4", "3")), has={"total": 5}, keep="first"),
        created(TASKS, "new", title="new"),
        Ask("DELETE /projects/{project[id]}/tasks/{t3[id]}", 204),
        Ask(
            f"GET {TASKS}",
            params={"limit": 2, "cursor": "{first[next_cursor]}"},
            rows=("title", ("2", "1")),
            keep="second",
        ),
        Ask(
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
        Ask(f"GET {TASKS}", params={"limit": 3, "sort": "due_on"}, keep="first"),
        Ask(
            f"GET {TASKS}",
            params={"limit": 3, "sort": "due_on", "cursor": "{first[next_cursor]}"},
            has={"next_cursor": None, "total": 4},
            rows=("due_on", (None,)),
        ),
    ),
    workspace(
        "a cursor of another order, another owner, or nobody -> 422",
        *FIVE,
        Ask(f"GET {TASKS}", params={"limit": 2}, keep="first"),
        Ask(
            f"GET {TASKS}", 422, params={"cursor": "{first[next_cursor]}", "sort": "title"}, wrong=("cursor",)
        ),
        Ask(f"GET {TASKS}", 422, params={"cursor": "{first[next_cursor]}x"}, wrong=("cursor",)),
        Ask(f"GET {TASKS}", 422, params={"cursor": ""}, wrong=("cursor",)),
        created("/projects", "his", by="bob", name="Boat"),
        Ask(
            "GET /projects/{his[id]}/tasks",
            422,
            by="bob",
            params={"cursor": "{first[next_cursor]}"},
            wrong=("cursor",),
        ),
    ),
    workspace(
        "next_cursor that is not nullable -> the last page leaves it out",
        *A_TASK,
        created(COMMENTS, "one", text="one"),
        created(COMMENTS, "two", text="two"),
        Ask(f"GET {COMMENTS}", params={"limit": 1}, has={"has_more": True}, keep="first"),
        Ask(
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
    tasks("an array named as a property -> in, one value", "soon", status="done"),
    tasks("an array named as a property -> in, none", status=""),
    workspace(
        "x-filter: {field: name, op: prefix}, _ means itself",
        created("/labels", "one", name="a_b"),
        created("/labels", "two", name="axb"),
        Ask("GET /labels", params={"starts_with": "a_"}, rows=("name", ("a_b",)), has={"total": 1}),
        Ask("GET /labels", params={"starts_with": "A"}, rows=("name", ())),
    ),
    workspace(
        "x-search: [name, goal] -> in any of them, whatever the case",
        created("/projects", "one", name="House", goal="A new ROOF"),
        created("/projects", "two", name="Roofs"),
        created("/projects", "three", name="Boat"),
        Ask("GET /projects", params={"q": "roof"}, rows=("name", ("Roofs", "House")), has={"total": 2}),
        Ask("GET /projects", params={"q": "%"}, rows=("name", ())),
    ),
    refused(
        "a filter's type -> exactly this type, or 422",
        ("/projects", {"archived": "yes"}, "archived"),
        ("/projects", {"archived": "1"}, "archived"),
        ("/contacts", {"bornAfter": "1815"}, "bornAfter"),
        ("/contacts", {"externalId": "x"}, "externalId"),
        ("/contacts", {"kind": "dog"}, "kind"),
        (TASKS, {"status": "open,late"}, "status"),
    ),
    refused(
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
    refused(
        "sort -> only what the enum says, or 422",
        (TASKS, {"sort": "-title"}, "sort"),
        ("/contacts", {"orderBy": "pin"}, "orderBy"),
        ("/contacts", {"sort": "name"}, "sort"),
    ),
)

ROWS = (*PAGES, *FILTERS, *ORDERS)
