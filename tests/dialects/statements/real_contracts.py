"""Statements about contracts as other tools export them: Django REST framework and FastAPI."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from tests.dialects.scenarios import Request, Scenario, ScenarioState, Step, query_value
from tests.dialects.statements.scenes import NOWHERE, created

NOTE = created("/api/notes/", "note", title="Mine")
HIS_NOTE = created("/api/notes/", "his_note", by="bob", title="His")
LIST, NOTE_ = "GET /api/notes/", "/api/notes/{note[id]}/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def item(save_as: str, by: str = "alice", **body: object) -> Request:
    body = {"title": "Mine", **body}
    return Request("POST /api/v1/items/", 200, body, by=by, save_as=save_as)


ITEM = item("item", title="Mine")


def collection(save_as: str, by: str = "alice") -> Request:
    return Request("POST /api/v1/collections/", 200, {"name": "Words"}, by=by, save_as=save_as)


def card(place: int) -> Request:
    path = "/api/v1/collections/{collection[id]}/cards/"
    return created(path, f"card{place}", front="A", place=place, made="2030-01-31")


def card_answer(place: int) -> dict[str, object]:
    parts = {"front": "A", "place": place, "made": "2030-01-31"}
    return {**parts, "id": f"{{card{place}[id]}}", "collection_id": "{collection[id]}"}


NESTED = (
    created("/api/notes/", "note", title="Note"),
    created("/api/notes/{note[id]}/remarks/", "remark", text="Why?"),
    created("/api/notes/{note[id]}/remarks/{remark[id]}/replies/", "reply", text="No"),
)
REPLIES = "/api/notes/{note[id]}/remarks/{remark[id]}/replies/"
REPLY = f"{REPLIES}{{reply[id]}}/"
COLLECTION, COLLECTION_ = collection("collection"), "GET /api/v1/collections/{collection[id]}"


NOTES_URL, FEED = "{url}/api/notes/", "GET /api/v1/items/feed"
ME = "GET /api/v1/users/me"


TITLE = {"loc": ["body", "title"], "msg": "Must be at least 1 character long.", "type": "minLength"}
LIMIT = {"loc": ["query", "limit"], "msg": "Must be an integer.", "type": "type"}


@dataclass(frozen=True)
class ErrorBody:
    """A request of alice, and the body of its error."""

    target: str
    status: int
    expected: object
    body: object = None

    def run(self, state: ScenarioState) -> None:
        """Send the request and compare the response."""
        method, _, path = self.target.partition(" ")
        response = state.user("alice").client.request(method, path, json=self.body)
        assert (response.status_code, response.json()) == (self.status, self.expected)
        assert response.headers["Content-Type"] == "application/json"


@dataclass(frozen=True)
class TimedError(ErrorBody):
    """A request of alice, and the body of its error, which has the time besides."""

    @override
    def run(self, state: ScenarioState) -> None:
        """Send the request and compare the response."""
        method, _, path = self.target.partition(" ")
        response = state.user("alice").client.request(method, path, json=self.body)
        found = response.json()
        since = datetime.now(UTC) - datetime.fromisoformat(found.pop("timestamp"))
        assert timedelta(0) <= since < timedelta(minutes=1)
        assert (response.status_code, found) == (self.status, self.expected)


CARD = {"number": "1", "cvc": "123"}
SHOWN_CARDS = {"card": {"number": "1"}, "cards": [{"iban": "DE1"}, {"number": "1"}]}
WORD = Request("POST /api/words/", 202, {"text": "A"}, save_as="word")


@dataclass(frozen=True)
class Same:
    """A request of alice, and the whole body of its answer."""

    target: str
    expected: object

    def run(self, state: ScenarioState) -> None:
        """Send the request and compare the response."""
        method, _, path = self.target.partition(" ")
        response = state.user("alice").client.request(method, state.fill(path))
        assert response.json() == state.fill(self.expected), response.text


def drf(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "drf", steps)


def fastapi(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "fastapi", steps)


ITEM_ = "GET /api/v1/items/{item[id]}"

SCENARIOS = (
    drf(
        "an error with timestamp and path -> the time of the answer and the path of the request",
        TimedError(
            "GET /api/notes/2147483646/",
            404,
            {
                "status": 404,
                "error": "not_found",
                "message": "No resource with this id exists.",
                "path": "/api/notes/2147483646/",
            },
        ),
        TimedError(
            "GET /api/notes/%7E%20%22/",
            404,
            {
                "status": 404,
                "error": "not_found",
                "message": "No resource with this id exists.",
                "path": "/api/notes/%7E%20%22/",
            },
        ),
    ),
    drf(
        "/notes/ with /notes/{id}/ -> one collection",
        NOTE,
        HIS_NOTE,
        Request("GET /api/notes/{note[id]}/", has={"id": "{note[id]}", "title": "Mine"}),
        Request("GET {note[location]}", has={"id": "{note[id]}"}),
        Request("GET /api/notes/{his_note[id]}/", 404),
        Request("GET /api/notes/", rows=("title", ("Mine",))),
        Request("DELETE /api/notes/{note[id]}/", 204),
    ),
    drf(
        "/notes/ -> each path is served exactly as it is written",
        NOTE,
        Request("GET /api/notes", 404),
        Request("POST /api/notes", 404, {"title": "x"}),
        Request("GET /api/notes/{note[id]}", 404),
    ),
    fastapi(
        "/items/ with /items/{id} -> one collection",
        ITEM,
        Request("GET {item[location]}", has={"id": "{item[id]}"}),
        Request("GET /api/v1/items/{item[id]}/", 404),
        Request("DELETE /api/v1/items/{item[id]}", 404, by="bob"),
        Request("GET /api/v1/items/", has={"count": 1}),
    ),
    fastapi(
        "an array of resources, read-only -> the rows below, as many as maxItems, in their order",
        COLLECTION,
        *(card(place) for place in (4, 1, 3, 2)),
        collection("his_collection", by="bob"),
        Request("POST /api/v1/collections/", 200, {"name": "Empty"}, has={"cards": []}),
        Request(
            COLLECTION_,
            has={"cards": [card_answer(1), card_answer(2), card_answer(3)]},
        ),
        Request(
            f"PUT {COLLECTION_[4:]}", json={"name": "New"}, has={"cards": [card_answer(n) for n in (1, 2, 3)]}
        ),
        Request(COLLECTION_, 404, by="bob"),
        Request("GET /api/v1/collections/", rows=("name", ("Empty", "New"))),
        Request("GET /api/v1/collections/", rows=("cards", ([],)), by="bob"),
    ),
    fastapi(
        "a resource inside another, read-only -> the row that is referred to, with what it shows",
        COLLECTION,
        card(1),
        item("item", folder_id="{collection[id]}"),
        Request(
            "GET /api/v1/items/{item[id]}",
            has={
                "folder": {
                    "name": "Words",
                    "language": "en",
                    "id": "{collection[id]}",
                    "cards": [card_answer(1)],
                }
            },
        ),
        Request("PUT /api/v1/items/{item[id]}", json={"folder_id": None}, has={"folder": None}),
        collection("his_collection", by="bob"),
        Request("PUT /api/v1/items/{item[id]}", 422, {"folder_id": "{his_collection[id]}"}),
    ),
    fastapi(
        "a number, or the text of one with pydantic's pattern -> a decimal, answered as text with its digits",
        item("item", price=12.5, weight="00012345678901234567890.10"),
        Request(ITEM_, has={"price": "12.5", "weight": "12345678901234567890.10"}),
        Request(f"PUT {ITEM_[4:]}", json={"price": "99999999.99"}, has={"price": "99999999.99"}),
        Request(f"PUT {ITEM_[4:]}", json={"price": 0.07, "weight": 1e22}, has={"price": "0.07"}),
        Request(ITEM_, has={"weight": "10000000000000000000000"}),
        Request(f"PUT {ITEM_[4:]}", json={"price": None, "weight": 7}, has={"price": None, "weight": "7"}),
        *(
            Request(f"PUT {ITEM_[4:]}", 422, {"price": price}, has={"code": "invalid"})
            for price in (12.345, "12.345", -1, "-0.01", 1e8, "100000000", "1e3", "", "x", True, ".5", [1])
        ),
        Request(f"PUT {ITEM_[4:]}", 422, {"weight": 1e100}, error_locations=("/weight",)),
        Request(f"PUT {ITEM_[4:]}", json={"weight": 1e-300}),
        Request(f"PUT {ITEM_[4:]}", 422, {"weight": "1e5"}, error_locations=("/weight",)),
    ),
    fastapi(
        "an array of numbers, or of their texts with pydantic's pattern -> the decimals with their digits",
        item("item", rates=[0.1, "0.10", 7, 1e22, "00012345678901234567890.10"]),
        Request(
            ITEM_, has={"rates": ["0.1", "0.10", "7", "10000000000000000000000", "12345678901234567890.10"]}
        ),
        Request(f"PUT {ITEM_[4:]}", json={"rates": [1e-300]}),
        Request(f"PUT {ITEM_[4:]}", 422, {"rates": [1, "1e5"]}, error_locations=("/rates/1",)),
        Request(f"PUT {ITEM_[4:]}", 422, {"rates": [1e100]}, error_locations=("/rates/0",)),
        query_value(
            "SELECT pg_typeof(rates)::text AS is FROM item_publics WHERE id::text = $1",
            "{item[id]}",
            expected="numeric[]",
        ),
    ),
    fastapi(
        "a number or any text, which the row has as a text -> a decimal, with its default",
        item("item"),
        Request(ITEM_, has={"cost": "0", "discount": "12.50"}),
        Request(f"PUT {ITEM_[4:]}", json={"cost": 0.1, "discount": "7.00"}),
        Request(ITEM_, has={"cost": "0.1", "discount": "7.00"}),
        *(
            Request(f"PUT {ITEM_[4:]}", 422, {"cost": cost}, error_locations=("/cost",))
            for cost in (-1, "-0.5", "", "x", "1e3", True, None)
        ),
        *(
            Request(
                "POST /api/v1/items-import/new",
                201,
                {"title": "a", "cost": "00.10"},
                params={"copies": "2"},
                rows=(name, (value, value)),
            )
            for name, value in (("cost", "0.10"), ("discount", "1.50"), ("description", "0.5"))
        ),
        query_value(
            "SELECT pg_typeof(cost)::text AS is FROM item_publics WHERE id::text = $1",
            "{item[id]}",
            expected="numeric",
        ),
    ),
    fastapi(
        "a decimal in bodies, which the row has as a number -> the number next to it",
        item("item"),
        Request(ITEM_, has={"score": 1}),
        Request(f"PUT {ITEM_[4:]}", json={"score": "2.50"}, has={"score": 2.5}),
        Request(f"PUT {ITEM_[4:]}", json={"score": "0.1000000000000000000000001"}, has={"score": 0.1}),
        Request(f"PUT {ITEM_[4:]}", json={"score": 0.3}, has={"score": 0.3}),
        Request(f"PUT {ITEM_[4:]}", json={"score": "-" + 99 * "9"}, has={"score": -1e99}),
        Request(f"PUT {ITEM_[4:]}", 422, {"score": "1e5"}, error_locations=("/score",)),
        query_value(
            "SELECT pg_typeof(score)::text AS is FROM item_publics WHERE id::text = $1",
            "{item[id]}",
            expected="double precision",
        ),
    ),
    fastapi(
        "x-generated: owner -> the property shows whose the row is, and no body sets it",
        ITEM,
        Request("GET /api/v1/items/{item[id]}", has={"owner_id": "{alice}"}),
        Request("POST /api/v1/items/", 422, {"title": "x", "owner_id": "{alice}"}),
        Request("PUT /api/v1/items/{item[id]}", 422, {"owner_id": "{alice}"}),
        query_value(
            "SELECT owner_id::text AS is FROM item_publics WHERE id::text = $1",
            "{item[id]}",
            expected="{alice}",
        ),
    ),
    drf(
        "/tags/{slug}, unique: [[slug]] -> a row is found by its slug, among those of its owner",
        created("/api/tags/", "tag", slug="red", color={"r": 1}),
        created("/api/tags/", "his_tag", by="bob", slug="red", color={"r": 2}),
        created("/api/tags/", "his_other", by="bob", slug="a?é b", color={}),
        Request("POST /api/tags/", 409, {"slug": "red"}),
        Request("GET /api/tags/red/", has={"id": "{tag[id]}", "color": {"r": 1}}, save_as="read"),
        Request("GET {his_other[location]}", has={"slug": "a?é b"}, by="bob"),
        Request("GET {his_other[location]}", 404),
        Request("PATCH /api/tags/red/", 412, {"slug": "blue"}, headers={"If-Match": '"9"'}),
        Request("PATCH /api/tags/blue/", 404, {"slug": "red"}, headers={"If-Match": '"9"'}),
        Request("PATCH /api/tags/red/", json={"color": {"g": 3}}, has={"color": {"r": 1, "g": 3}}),
        Request("PATCH /api/tags/red/", json={"slug": "blue"}, has={"id": "{tag[id]}"}),
        Request("GET /api/tags/red/", 404),
        Request("DELETE /api/tags/blue/", 204),
        Request("GET /api/tags/red/", has={"color": {"r": 2}}, by="bob"),
    ),
    drf(
        "a list of a schema with some of the properties -> the rows show these",
        created("/api/tags/", "tag", slug="red", color={"r": 1}),
        Same("GET /api/tags/", [{"id": "{tag[id]}", "slug": "red"}]),
    ),
    drf(
        "x-resource: Word at a path -> a collection without a list",
        WORD,
        Request("GET /api/words/", 405),
        Request("GET /api/words/{word[id]}/"),
    ),
    drf(
        "writeOnly inside a value -> stored, and in no answer",
        Request(
            "POST /api/words/",
            202,
            {"text": "A", "card": CARD, "cards": [{"iban": "DE1"}, CARD]},
            has={"card": {"number": "1"}, "cards": [{"iban": "DE1"}, {"number": "1"}]},
            save_as="word",
        ),
        Same("GET /api/words/{word[id]}/", {"word": {"id": "{word[id]}", "text": "A", **SHOWN_CARDS}}),
        query_value("SELECT card->>'cvc' AS is FROM words WHERE id::text = $1", "{word[id]}", expected="123"),
        Request("PATCH /api/words/{word[id]}/", json={"card": {"number": "2"}}),
        query_value("SELECT card->>'cvc' AS is FROM words WHERE id::text = $1", "{word[id]}", expected="123"),
    ),
    drf(
        "a body that is composed -> it sets the columns of all its parts",
        WORD,
        Same("GET /api/words/{word[id]}/", {"word": {"id": "{word[id]}", "text": "A"}}),
    ),
    drf(
        "an answer of a resource and more -> the resource, and nothing for the rest",
        Request("POST /api/words/", 202, {"text": "A"}, has={"text": "A"}, lacks=("links",)),
    ),
    drf(
        "an object whose only property is the resource -> its envelope",
        WORD,
        Same("GET /api/words/{word[id]}/", {"word": {"id": "{word[id]}", "text": "A"}}),
        Request(
            "PATCH /api/words/{word[id]}/",
            json={"text": "B"},
            has={"word": {"id": "{word[id]}", "text": "B"}},
        ),
        Request("GET /api/words/{word[id]}/", 404, by="bob"),
        Request("PATCH /api/words/{word[id]}/", 404, {"text": "B"}, by="bob"),
    ),
    drf(
        "a form beside JSON -> 415, and JSON is read",
        Request("POST /api/notes/", 415, content=b"title=x", headers=FORM),
        NOTE,
    ),
    drf("an answer without a name -> named after its operation", NOTE, Request(LIST, has={"count": 1})),
    drf(
        "an optional body -> {} for a standard operation, None for a custom one",
        NOTE,
        Request(f"PATCH {NOTE_}", has={"title": "Mine", "id": "{note[id]}"}),
        Request(f"PATCH {NOTE_}", has={"title": "Mine"}, content=b"", headers=JSON),
        Request(f"POST {NOTE_}finish/", has={"text": "finished", "done": True}),
        Request(f"POST {NOTE_}finish/", 200, {"word": "Well"}, has={"text": "Well"}),
        Request(f"POST {NOTE_}finish/", 404, by="bob"),
        Request(f"POST {NOTE_}finish/", 422, {"word": 7}),
        Request(f"POST {NOTE_}finish/", 415, content=b"word=x", headers=FORM),
    ),
    drf(
        "x-unknown: ignore -> unknown properties and readOnly ones are not stored",
        Request(
            "POST /api/notes/",
            201,
            {"title": "x", "colour": 7},
            has={"title": "x"},
            lacks=("colour",),
            save_as="n",
        ),
        Request(
            "PATCH /api/notes/{n[id]}/",
            200,
            {"title": "y", "colour": {}},
            has={"title": "y"},
            lacks=("colour",),
        ),
        Request(
            "PATCH /api/notes/{n[id]}/", 200, {"title": "z", "id": 7}, has={"title": "z", "id": "{n[id]}"}
        ),
    ),
    drf(
        "an optional body that cannot be empty -> required",
        Request("POST /api/notes/", 415),
        Request("POST /api/notes/", 400, content=b"", headers=JSON),
    ),
    drf(
        "basic authentication and cookies beside a bearer token -> 401",
        Request(LIST, 401, by="nobody", headers={"Authorization": "Basic YWxpY2U6eA=="}),
        Request(LIST, 401, by="nobody", headers={"Cookie": "sessionid=x"}),
    ),
    fastapi(
        "oauth2 -> bearer tokens, whose scopes are checked",
        ITEM,
        Request("DELETE {item[location]}", 403, by="her guest"),
        Request("DELETE {item[location]}", 401, by="nobody"),
        Request("DELETE {item[location]}", 204),
    ),
    fastapi(
        "an operation without a resource -> it has the caller and the caller's rows",
        ITEM,
        item("his_item", by="bob", title="His"),
        Request(ME, has={"id": "{alice}", "item_count": 1}),
        Request(ME, 401, by="nobody"),
        Request("POST /api/v1/items-import/New", 201, {"title": "x"}, params={"copies": 3}),
        Request("POST /api/v1/items-import/New", 403, {"title": "x"}, by="her guest"),
        Request("POST /api/v1/items-import/New", 422, {"title": ""}),
        Request("POST /api/v1/items-import/New", 422, {"title": "x"}, params={"copies": 10}),
        Request(ME, has={"item_count": 4}),
        Request("GET /api/v1/items/", by="bob", has={"count": 1}),
    ),
    fastapi(
        "a token that may be left out -> an operation for anybody, which knows the caller if there is one",
        ITEM,
        Request("GET /api/v1/utils/greeting", has={"message": "1 items"}),
        Request("GET /api/v1/utils/greeting", by="nobody", has={"message": "Who are you?"}),
        Request("GET /api/v1/utils/greeting", 401, by="nobody", headers={"Authorization": "Bearer x"}),
        Request("GET /api/v1/utils/greeting", 403, by="her guest"),
    ),
    fastapi(
        "an operation without a resource that is public -> without a token",
        Request("GET /api/v1/utils/health-check/", by="nobody"),
    ),
    drf(
        "count, next, previous, results -> URLs that keep the other parameters",
        *(created("/api/notes/", f"note{n}", title="Same & other") for n in range(3)),
        HIS_NOTE,
        Request(LIST, has={"count": 3, "next": None, "previous": None}),
        Request(
            f"{LIST}?title=Same+%26%20other&limit=2",
            has={
                "count": 3,
                "previous": None,
                "next": f"{NOTES_URL}?title=Same+%26%20other&limit=2&offset=2",
            },
            save_as="first",
        ),
        Request(
            f"{LIST}?offset=2&limit=2",
            has={"count": 3, "next": None, "previous": f"{NOTES_URL}?limit=2&offset=0"},
            rows=("id", ("{note0[id]}",)),
        ),
    ),
    drf(
        "a size without limits -> taken as the nearest valid one",
        NOTE,
        Request(f"{LIST}?limit=0", has={"count": 1}, rows=("title", ("Mine",))),
        Request(f"{LIST}?limit=1000000&offset=-3", has={"count": 1}, rows=("title", ("Mine",))),
        Request(f"{LIST}?limit=x", 422),
    ),
    fastapi(
        "skip and limit, x-max: 3 -> at most 3 rows",
        *(item(f"item{n}", title=f"{n}") for n in range(4)),
        Request("GET /api/v1/items/", has={"count": 4}, rows=("title", ("3", "2", "1"))),
        Request("GET /api/v1/items/?limit=50&skip=3", has={"count": 4}, rows=("title", ("0",))),
    ),
    fastapi(
        "pageToken, meta, links, x-page -> pages by cursor, with the values one level down",
        *(item(f"item{n}", title=f"{n}") for n in range(3)),
        item("his_item", by="bob", title="His"),
        Request(FEED, rows=("title", ("2", "1")), lacks=("count",), save_as="page"),
        Request(f"{FEED}?pageToken={{page[meta][nextPageToken]}}", rows=("title", ("0",)), save_as="last"),
        Request("GET {page[links][older]}", rows=("title", ("0",)), has={"meta": {"totalCount": 3}}),
        Request(f"{FEED}?pageToken={{page[meta][nextPageToken]}}", 422, by="bob"),
    ),
    fastapi(
        "an error in FastAPI's shape -> sent in that shape",
        ErrorBody("POST /api/v1/items/", 422, {"detail": [TITLE]}, body={"title": ""}),
        ErrorBody("GET /api/v1/items/?limit=x", 422, {"detail": [LIMIT]}),
        ErrorBody(f"GET /api/v1/items/{NOWHERE}", 404, {"detail": "No resource with this id exists."}),
        Request(f"DELETE /api/v1/items/{NOWHERE}", 404),
    ),
    drf(
        "filters that are plain strings -> compared as what the property is",
        created("/api/notes/", "old", title="old", done=True, time="2030-01-01T00:00:00Z", tags=["a", "b"]),
        created("/api/notes/", "new", title="new", done=False, time="2030-06-01T00:00:00Z", tags=["b"]),
        HIS_NOTE,
        Request(f"{LIST}?done=true", rows=("title", ("old",))),
        Request(f"{LIST}?done=yes", 422, error_locations=("done",)),
        Request(f"{LIST}?time_min=2030-03-01T00:00:00Z", rows=("title", ("new",))),
        Request(f"{LIST}?time_max=2030-03-01T00:00:00Z", rows=("title", ("old",))),
        Request("PATCH /api/notes/{old[id]}/", 200, {"type": "urgent"}, has={"type": "urgent"}),
        Request(f"{LIST}?type=urgent", rows=("title", ("old",))),
        Request(f"{LIST}?type=plain", has={"count": 0}),
        Request(f"{LIST}?tags=a", rows=("title", ("old",))),
        Request(f"{LIST}?tags=b", has={"count": 2}),
        Request(f"{LIST}?tags=c", has={"count": 0}),
    ),
    drf(
        "ordering without an enum -> each scalar property, in both directions",
        *(created("/api/notes/", title, title=title) for title in ("b", "a", "c")),
        Request(f"{LIST}?ordering=title", rows=("title", ("a", "b", "c"))),
        Request(f"{LIST}?ordering=-title&limit=2", rows=("title", ("c", "b"))),
        Request(f"{LIST}?ordering=tags", 422),
    ),
    fastapi(
        "POST collection, 200 with the resource -> create",
        Request("POST /api/v1/items/", 200, {"title": "x"}, has={"title": "x"}, save_as="item"),
        Request("GET /api/v1/items/{item[id]}", by="alice", has={"title": "x"}),
        Request("GET /api/v1/items/{item[id]}", 404, by="bob"),
    ),
    fastapi(
        "PUT item, with a body that requires nothing -> update: only what was sent is changed",
        item("item", title="x", description="d"),
        Request("PUT {item[location]}", 200, {"title": "y"}, has={"title": "y", "description": "d"}),
        Request("PUT {item[location]}", 200, {"description": None}, has={"title": "y", "description": None}),
        Request("PUT {item[location]}", 404, {"title": "z"}, by="bob"),
        Request("PUT {item[location]}", 422, {"title": None}),
    ),
    fastapi(
        "PUT item -> replace: what the body cannot have stays",
        Request("POST /api/v1/collections/", 200, {"name": "Words", "language": "de"}, save_as="collection"),
        Request(f"PUT {COLLECTION_[4:]}", json={"name": "New"}, has={"name": "New", "language": "de"}),
        Request(f"PUT {COLLECTION_[4:]}", 422, {}),
    ),
    drf(
        "a parent is `id` in the path of a collection, and has its name below it -> one collection",
        *NESTED,
        Request(f"GET {REPLY}", has={"id": "{reply[id]}", "text": "No"}),
        Request("GET /api/notes/{note[id]}/remarks/", rows=("text", ("Why?",))),
        Request("GET /api/notes/{note[id]}/remarks/{remark[id]}/replies/", rows=("text", ("No",))),
        Request(
            "PUT /api/notes/{note[id]}/remarks/{remark[id]}/", json={"text": "How?"}, has={"text": "How?"}
        ),
        Request("GET /api/notes/{note[id]}/remarks/{remark[id]}/replies/", 404, by="bob"),
        Request(f"GET {REPLY}", 404, by="bob"),
        Request(f"DELETE {REPLY}", 404, by="bob"),
        Request(f"DELETE {REPLY}", 204),
    ),
    drf(
        "a pattern that begins with lookahead -> each part of it is held",
        *NESTED,
        *(
            Request(f"POST {REPLIES}", 201, {"text": "x", "code": code}, has={"code": code})
            for code in ("abc1", "1ab", "a1" * 20, None)
        ),
        *(
            Request(f"POST {REPLIES}", 422, {"text": "x", "code": code}, error_locations=("/code",))
            for code in ("abc", "123", "root1", "a1", "A1b", "abc1 ")
        ),
    ),
    drf(
        "parents are those of their places in the path, whatever the order of the declared parameters",
        *NESTED,
        created("/api/notes/", "other", title="Other"),
        created("/api/notes/{other[id]}/remarks/", "elsewhere", text="There"),
        Request("GET /api/notes/{other[id]}/remarks/{remark[id]}/", 404),
        Request("GET /api/notes/{other[id]}/remarks/{remark[id]}/replies/", 404),
        Request("GET /api/notes/{note[id]}/remarks/{elsewhere[id]}/replies/{reply[id]}/", 404),
        Request("POST /api/notes/{note[id]}/remarks/{elsewhere[id]}/replies/", 404, {"text": "x"}),
    ),
)
