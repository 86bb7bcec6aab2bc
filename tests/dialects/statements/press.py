"""Statements about an API for readers and writers: envelopes, and rows that others read."""

from dataclasses import dataclass
from typing import Any

from tests.dialects.scenarios import Request, Scenario, ScenarioState, Step, query_value
from tests.dialects.statements.real_contracts import Same
from tests.dialects.statements.scenes import NOWHERE

AUTHORS, ARTICLES = "/api/authors", "/api/articles"
AUTHOR_, ARTICLE_ = "/api/authors/{author[author][id]}", "/api/articles/{article[article][id]}"


def press(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "press", steps)


def author(save_as: str, by: str = "alice", **values: Any) -> Request:
    return Request(f"POST {AUTHORS}", 201, {"author": {"name": "Ada", **values}}, by=by, save_as=save_as)


def article(save_as: str, by: str = "alice", **values: Any) -> Request:
    body = {"article": {"title": "First", "looks": {"color": "red"}, **values}}
    return Request(f"POST {ARTICLES}", 201, body, by=by, save_as=save_as)


@dataclass(frozen=True)
class ShowsThree:
    """A request for a post, whose answer has its topic, and the first three of its remarks."""

    target: str
    by: str

    def run(self, state: ScenarioState) -> None:
        """Send the request and compare the response."""
        shown = state.user(self.by).client.get(state.fill(self.target).partition(" ")[2]).json()["post"]
        assert shown["topic"] == state.fill({"id": "{topic[id]}", "name": "Garden", "ownerId": "{alice}"})
        assert len(shown["remarks"]) == 3, shown


POSTS, DRAFTS, TOPICS = "/api/posts", "/api/drafts", "/api/topics"
POST_, REMARKS = f"{POSTS}/{{post[post][slug]}}", f"{POSTS}/{{post[post][id]}}/remarks"
DRAFT_ = f"{DRAFTS}/{{draft[id]}}"


def post(slug: str, save_as: str = "post", by: str = "alice", **values: Any) -> Request:
    body = {"post": {"title": "News", "slug": slug, **values}}
    return Request(f"POST {POSTS}", 201, body, by=by, save_as=save_as)


def draft(title: str, save_as: str = "draft", by: str = "alice", **values: Any) -> Request:
    return Request(f"POST {DRAFTS}", 201, {"title": title, **values}, by=by, save_as=save_as)


POST: dict[str, Any] = {
    "id": "{post[post][id]}",
    "title": "News",
    "ownerId": "{alice}",
    "topic": None,
    "topicId": None,
    "remarks": [],
    "createdAt": "{post[post][createdAt]}",
}
NEW = {"title": "First", "looks": {"color": "red"}}
AUTHOR, HIS_AUTHOR = author("author"), author("his_author", by="bob")
ARTICLE = article("article")

MEMO_PAGES = "/api/memo-pages"
MEMOS, MEMO_ = "/api/memos", "/api/memos/{memo[data][id]}"


def memo(title: str, save_as: str = "memo", by: str = "alice") -> Request:
    return Request(f"POST {MEMOS}", 201, {"title": title}, by=by, save_as=save_as)


def memo_answer(status: int, message: str) -> dict[str, Any]:
    data = {"id": "{memo[data][id]}", "title": "One", "text": None}
    return {"status": status, "kind": "memo", "message": message, "data": data}


def memo_page(*titles: str, **page: Any) -> dict[str, Any]:
    shown = [{"id": f"{{{title}[data][id]}}", "title": title, "text": None} for title in titles]
    around = {"status": 200, "success": True, "message": "Successfully found memos!"}
    return {**around, "data": {"data": shown, "perPage": 1, "totalItems": 2, "totalPages": 2, **page}}


def spring_page(number: int, *titles: str) -> dict[str, Any]:
    """The page of one row with this number, where there are two rows."""
    shown = [{"id": f"{{{title}[data][id]}}", "title": title, "text": None} for title in titles]
    ends = {"first": number == 0, "last": number > 0, "empty": not titles, "numberOfElements": len(titles)}
    return {"content": shown, "totalElements": 2, "totalPages": 2, "number": number, "size": 1, **ends}


REMARK: dict[str, Any] = {
    "id": "{remark[remark][id]}",
    "text": "First",
    "topic": {"id": "{topic[id]}", "name": "Garden", "ownerId": "{alice}"},
}


SCENARIOS = (
    press(
        "a status, a message and a `const` beside the row -> say what was done",
        Request(f"POST {MEMOS}", 201, {"title": "One"}, save_as="memo", has={"status": 201, "kind": "memo"}),
        Same(f"GET {MEMO_}", memo_answer(200, "The memo.")),
        Same("GET {memo[location]}", memo_answer(200, "The memo.")),
        Request(f"GET {MEMO_}", 404, by="bob"),
        Request(
            f"PUT {MEMO_}",
            json={"title": "Two"},
            has={"status": "success", "memo": {"id": "{memo[data][id]}", "title": "Two"}},
        ),
    ),
    press(
        "a DELETE that answers a message -> says that the row is gone, once",
        memo("One"),
        Request(f"DELETE {MEMO_}", 404, by="bob"),
        Same(f"DELETE {MEMO_}", {"status": "success", "message": "The memo is gone."}),
        Request(f"DELETE {MEMO_}", 404),
        Request(f"GET {MEMO_}", 404),
    ),
    press(
        "a page in an envelope -> is filled as one without",
        memo("One", save_as="One"),
        memo("Two", save_as="Two"),
        memo("Three", by="bob"),
        Same(f"GET {MEMOS}?perPage=1", memo_page("One", page=1, hasPreviousPage=False, hasNextPage=True)),
        Same(
            f"GET {MEMOS}?perPage=1&page=2",
            memo_page("Two", page=2, hasPreviousPage=True, hasNextPage=False),
        ),
    ),
    press(
        "a reference that only bodies have -> is shown as the row that it refers to",
        Request(f"POST {TOPICS}", 201, {"name": "Garden"}, save_as="topic"),
        post("a-topic"),
        Request(
            f"POST {REMARKS}",
            201,
            {"remark": {"text": "First", "topicId": "{topic[id]}"}},
            save_as="remark",
        ),
        Same("GET {remark[location]}", {"remark": REMARK}),
        Same(f"GET {REMARKS}", [REMARK]),
        Request(f"GET {POST_}", has={"post": {**POST, "slug": "a-topic", "remarks": [REMARK]}}),
        Request(f"POST {REMARKS}", 422, {"remark": {"text": "First", "topicId": NOWHERE}}),
    ),
    press(
        "the pages of Spring -> are numbered from 0, and say whether they are the first and the last",
        memo("One", save_as="One"),
        memo("Two", save_as="Two"),
        memo("Three", by="bob"),
        *(
            Same(f"GET {MEMO_PAGES}?size=1{query}", spring_page(number, title))
            for query, number, title in (("", 0, "One"), ("&page=0", 0, "One"), ("&page=1", 1, "Two"))
        ),
        Same(f"GET {MEMO_PAGES}?size=1&page=2", spring_page(2)),
        *(
            Request(f"GET {MEMO_PAGES}?sort={order}", rows=("title", titles))
            for order, titles in (
                ("title", ("One", "Two")),
                ("title,asc", ("One", "Two")),
                ("title,desc", ("Two", "One")),
            )
        ),
        *(Request(f"GET {MEMO_PAGES}?{query}", 422) for query in ("page=-1", "sort=title,down", "sort=none")),
    ),
    press(
        "a parameter with a direction -> turns the order around",
        memo("One", save_as="One"),
        memo("Two", save_as="Two"),
        *(
            Same(
                f"GET {MEMOS}?perPage=1&{query}",
                memo_page(title, page=1, hasPreviousPage=False, hasNextPage=True),
            )
            for query, title in (
                ("sortBy=title", "One"),
                ("sortBy=title&sortOrder=ASC", "One"),
                ("sortBy=title&sortOrder=DESC", "Two"),
                ("sortOrder=DESC", "Two"),
            )
        ),
        Request(f"GET {MEMOS}?sortOrder=desc", 422),
        Request(f"GET {MEMOS}?sortBy=-title", 422),
    ),
    press(
        "an object whose only property is the resource -> the envelope of bodies, too",
        author("author", links={"home": "x"}),
        Same(
            f"GET {AUTHOR_}",
            {"author": {"id": "{author[author][id]}", "name": "Ada", "links": {"home": "x"}}},
        ),
        Request("GET {author[location]}"),
        query_value(
            "SELECT name AS is FROM authors WHERE id::text = $1", "{author[author][id]}", expected="Ada"
        ),
        Request(f"PUT {AUTHOR_}", json={"author": {"name": "Eve"}}),
        Same(f"GET {AUTHOR_}", {"author": {"id": "{author[author][id]}", "name": "Eve"}}),
        Request(f"DELETE {AUTHOR_}", has={"author": {"id": "{author[author][id]}", "name": "Eve"}}),
        Request(f"GET {AUTHOR_}", 404),
    ),
    press(
        "an envelope -> faults are where the value is",
        Request(f"POST {AUTHORS}", 422, {"author": {"name": ""}}, error_locations=("/author/name",)),
        Request(f"POST {AUTHORS}", 422, {"author": {}}, error_locations=("/author/name",)),
        Request(f"POST {AUTHORS}", 422, {}, error_locations=("/author",)),
        Request(f"POST {AUTHORS}", 422, {"author": None}, error_locations=("/author",)),
        Request(f"POST {AUTHORS}", 422, {"name": "Ada"}, error_locations=("/author", "/name")),
        Request(
            f"POST {AUTHORS}", 422, {"author": {"name": "A", "id": NOWHERE}}, error_locations=("/author/id",)
        ),
        Request(
            f"POST {AUTHORS}",
            422,
            {"author": {"name": "A", "owner_id": "x"}},
            error_locations=("/author/owner_id",),
        ),
        Request(f"POST {AUTHORS}", 422, {"author": {"name": "A"}, "more": 1}, error_locations=("/more",)),
    ),
    press(
        "an envelope -> a reference to a row of another owner is like one to no row, where it is",
        HIS_AUTHOR,
        AUTHOR,
        article("article", authorId="{author[author][id]}"),
        *(
            Request(
                target, 422, {"article": {**body, "authorId": row}}, error_locations=("/article/authorId",)
            )
            for row in ("{his_author[author][id]}", NOWHERE)
            for target, body in (
                (f"POST {ARTICLES}", {"title": "x", "looks": {"color": "red"}}),
                (f"PUT {ARTICLE_}", {}),
                (f"PUT {ARTICLE_}", {"looks": {"size": 2}}),
            )
        ),
        Request(f"PUT {ARTICLE_}", json={"article": {"authorId": None}}),
    ),
    press(
        "a partial body in an envelope -> only what is sent is changed, and objects are merged",
        ARTICLE,
        Request(f"PUT {ARTICLE_}", json={"article": {"looks": {"size": 3}}}),
        Request(f"PUT {ARTICLE_}", json={"article": {"title": "Second"}}),
        Request(f"PUT {ARTICLE_}", json={"article": {}}),
        query_value(
            "SELECT title || ' ' || (looks->>'color') || (looks->>'size') AS is FROM articles WHERE id = $1",
            "{article[article][id]}",
            expected="Second red3",
        ),
        Request(
            f"PUT {ARTICLE_}",
            422,
            {"article": {"looks": {"color": None}}},
            error_locations=("/article/looks/color",),
        ),
        Request(f"PUT {ARTICLE_}", 422, {"article": {"title": None}}, error_locations=("/article/title",)),
        Request(f"PUT {ARTICLE_}", 422, {}, error_locations=("/article",)),
    ),
    press(
        "an envelope -> rows of other owners are like no rows",
        HIS_AUTHOR,
        AUTHOR,
        *(
            Request(f"{method} {AUTHORS}/{row}", 404, body)
            for row in ("{his_author[author][id]}", NOWHERE)
            for method, body in (
                ("GET", None),
                ("PUT", {"author": {"name": "Mine"}}),
                ("PATCH", {"author": {"name": "Mine"}}),
                ("PATCH", {"author": {"links": {"home": "x"}}}),
                ("DELETE", None),
            )
        ),
        Request(
            "GET /api/authors/{his_author[author][id]}",
            by="bob",
            has={"author": {"id": "{his_author[author][id]}", "name": "Ada"}},
        ),
    ),
    press(
        "articlesCount beside articles -> how many there are",
        author("a", name="A"),
        author("b", name="B"),
        author("his", by="bob", name="C"),
        Request(f"GET {AUTHORS}?limit=1", has={"authorsCount": 2}, rows=("name", ("A",))),
        Request(f"GET {AUTHORS}?offset=5", has={"authorsCount": 2}, rows=("name", ())),
    ),
    press(
        "a list whose rows are defined in it -> they show these properties",
        ARTICLE,
        Same(f"GET {ARTICLES}", {"articles": [{"id": "{article[article][id]}", "title": "First"}]}),
        Same(f"GET {ARTICLES}?limit=7", {"articles": [{"id": "{article[article][id]}", "title": "First"}]}),
    ),
    press(
        "read: anybody -> a row is read by all, with or without a token",
        post("a-row"),
        *(
            Request(f"GET {POST_}", by=by, has={"post": {**POST, "slug": "a-row"}})
            for by in ("alice", "bob", "nobody")
        ),
        *(
            Request(f"GET {POSTS}?ownerId={{alice}}", by=by, rows=("slug", ("a-row",)))
            for by in ("alice", "bob", "nobody")
        ),
        Request(f"GET {POST_}", 401, by="nobody", headers={"Authorization": "Bearer x"}),
        Request(f"GET {POSTS}/nowhere", 404, by="nobody"),
    ),
    press(
        "read: anybody -> only its owner writes a row: 403 where it is declared, else 404 like a missing one",
        post("a-foreign"),
        Request(f"PATCH {POST_}", 403, {"post": {"title": "Mine"}}, by="bob"),
        Request(f"PATCH {POSTS}/nowhere", 404, {"post": {"title": "Mine"}}, by="bob"),
        Request(f"DELETE {POST_}", 404, by="bob"),
        Request(f"DELETE {POSTS}/nowhere", 404, by="bob"),
        Request(f"PATCH {POST_}", 401, {"post": {"title": "Mine"}}, by="nobody"),
        Request(f"POST {POSTS}", 401, {"post": {"title": "x", "slug": "nobody"}}, by="nobody"),
        Request(f"DELETE {POST_}", 401, by="nobody"),
        Request(f"GET {POST_}", has={"post": {**POST, "slug": "a-foreign"}}),
        Request(
            f"PATCH {POST_}",
            json={"post": {"title": "Newer"}},
            has={"post": {**POST, "slug": "a-foreign", "title": "Newer"}},
        ),
        Request(f"DELETE {POST_}", 204),
    ),
    press(
        "read: anybody -> a key in the path is unique among all owners, and others for each of them",
        post("a-key"),
        Request(f"POST {POSTS}", 409, {"post": {"title": "Mine", "slug": "a-key"}}, by="bob"),
        draft("Same", "draft"),
        draft("Same", "his_draft", by="bob"),
        Request(f"POST {DRAFTS}", 409, {"title": "Same"}),
        query_value(
            "SELECT indexdef AS is FROM pg_indexes WHERE indexname = $1",
            "uq_posts_slug",
            expected="CREATE UNIQUE INDEX uq_posts_slug ON public.posts USING btree (slug)",
        ),
    ),
    press(
        "read: anybody, below a parent -> others read the rows, and add none to the parent of somebody else",
        post("a-parent"),
        post("a-nother", "his_post", by="bob"),
        Request(f"POST {REMARKS}", 201, {"remark": {"text": "First"}}, save_as="remark"),
        Request(f"POST {REMARKS}", 404, {"remark": {"text": "Mine"}}, by="bob"),
        Request(f"POST {POSTS}/{NOWHERE}/remarks", 404, {"remark": {"text": "Mine"}}, by="bob"),
        *(Request(f"GET {REMARKS}", by=by, rows=("text", ("First",))) for by in ("alice", "bob", "nobody")),
        Request(
            "GET {remark[location]}",
            by="nobody",
            has={"remark": {"id": "{remark[remark][id]}", "text": "First"}},
        ),
        Request(f"GET {POSTS}/{{his_post[post][id]}}/remarks", by="nobody", rows=("text", ())),
        Request(f"GET {POSTS}/{{his_post[post][id]}}/remarks/{{remark[remark][id]}}", 404, by="nobody"),
        Request(f"GET {POSTS}/{NOWHERE}/remarks", 404, by="nobody"),
        Request("DELETE {remark[location]}", 404, by="bob"),
        Request("DELETE {remark[location]}", 204),
    ),
    press(
        "read: anybody -> rows inside rows are read by all, too",
        Request(f"POST {TOPICS}", 201, {"name": "Garden"}, save_as="topic"),
        post("a-shown", topicId="{topic[id]}"),
        *(Request(f"POST {REMARKS}", 201, {"remark": {"text": text}}) for text in "abcd"),
        *(ShowsThree(f"GET {POST_}", by) for by in ("alice", "bob", "nobody")),
        Request(
            f"POST {POSTS}",
            422,
            {"post": {"title": "x", "slug": "his", "topicId": "{topic[id]}"}},
            by="bob",
            error_locations=("/post/topicId",),
        ),
    ),
    press(
        "read: anybody -> totals count the rows of all owners that a filter leaves",
        *(Request(f"POST {TOPICS}", 201, {"name": name}) for name in "ab"),
        Request(f"POST {TOPICS}", 201, {"name": "a"}, by="bob"),
        *(
            Request(f"GET {TOPICS}?ownerId={{{who}}}&limit=1", by=by, has={"topicsCount": count})
            for by in ("alice", "bob", "nobody")
            for who, count in (("alice", 2), ("bob", 1))
        ),
    ),
    press(
        "read: signed-in -> every caller with a token reads a row, and nobody without one",
        draft("One"),
        *(
            Request(f"GET {DRAFT_}", by=by, has={"title": "One", "ownerId": "{alice}"})
            for by in ("alice", "bob")
        ),
        Request(f"GET {DRAFT_}", 401, by="nobody"),
        Request(f"GET {DRAFTS}", 401, by="nobody"),
        Request(f"GET {DRAFTS}/{NOWHERE}", 401, by="nobody"),
        Request(f"GET {DRAFTS}?ownerId={{alice}}", by="bob", has={"total": 1}, rows=("title", ("One",))),
        Request(f"PUT {DRAFT_}", 404, {"title": "His"}, by="bob"),
        Request(f"PUT {DRAFT_}", 404, {"title": "His"}, by="bob", headers={"If-Match": '"1"'}),
        Request(f"PUT {DRAFT_}", 404, {"title": "His"}, by="bob", headers={"If-Match": '"9"'}),
        Request(f"DELETE {DRAFT_}", 403, by="bob"),
        Request(f"DELETE {DRAFTS}/{NOWHERE}", 404, by="bob"),
        Request(
            f"PUT {DRAFT_}",
            json={"title": "Two"},
            headers={"If-Match": '"1"'},
            response_headers={"ETag": '"2"'},
        ),
    ),
    press(
        "read: signed-in -> answers to others have the entity tag, and are stored by no shared cache",
        draft("Cached"),
        Request(
            f"GET {DRAFT_}",
            by="bob",
            response_headers={"ETag": '"1"', "Cache-Control": "private, no-cache"},
        ),
        Request(f"GET {DRAFT_}", 304, by="bob", headers={"If-None-Match": '"1"'}),
    ),
    press(
        "read: signed-in -> a row that visible() hides is like a missing one, to everybody",
        draft("Hidden", hidden=True),
        *(Request(f"GET {DRAFT_}", 404, by=by) for by in ("alice", "bob")),
        *(Request(f"GET {DRAFTS}?ownerId={{alice}}", by=by, has={"total": 0}) for by in ("alice", "bob")),
        *(Request(f"DELETE {DRAFT_}", 404, by=by) for by in ("alice", "bob")),
    ),
    press(
        "read: signed-in -> a page by cursor leads through the rows of all owners",
        *(draft(f"Page {n}", f"d{n}") for n in range(3)),
        Request(
            f"GET {DRAFTS}?ownerId={{alice}}&limit=2",
            by="bob",
            rows=("title", ("Page 0", "Page 1")),
            save_as="page",
        ),
        Request(f"GET {DRAFTS}?ownerId={{alice}}&cursor={{page[nextCursor]}}", rows=("title", ("Page 2",))),
        Request(f"GET {DRAFTS}?sort=-title&cursor={{page[nextCursor]}}", 422),
    ),
    press(
        "an array of a resource, to be created -> its rows, in their order, in one transaction",
        Request(
            "POST /api/topics/bulk",
            json=[{"name": "b"}, {"name": "a"}, {"name": "c"}],
            rows=("name", ("b", "a", "c")),
        ),
        Request(f"GET {TOPICS}?ownerId={{alice}}", has={"topicsCount": 3}, rows=("name", ("a", "b", "c"))),
        Request("POST /api/topics/bulk", 409, [{"name": "d"}, {"name": "a"}]),
        Request("POST /api/topics/bulk", json=[], rows=("name", ())),
        Request(f"GET {TOPICS}?ownerId={{alice}}", has={"topicsCount": 3}),
        Request(
            "POST /api/topics/bulk",
            422,
            [{"name": "e"}, {"name": ""}, {}],
            error_locations=("/1/name", "/2/name"),
        ),
        Request(
            "POST /api/topics/bulk",
            422,
            [{"name": "e", "ownerId": "{alice}"}],
            error_locations=("/0/ownerId",),
        ),
        Request("POST /api/topics/bulk", 422, {"name": "e"}, error_locations=("",)),
        Request("POST /api/topics/bulk", 422, [{"name": f"{n}"} for n in range(101)], error_locations=("",)),
        Request("POST /api/topics/bulk", 401, [{"name": "e"}], by="nobody"),
        Request(f"GET {TOPICS}?ownerId={{alice}}", has={"topicsCount": 3}),
    ),
    press(
        "an array of a body, to be created -> a reference to a row of another owner is like one to no row",
        HIS_AUTHOR,
        AUTHOR,
        Request(
            "POST /api/articles/bulk",
            201,
            [{**NEW, "authorId": "{author[author][id]}"}, NEW],
            rows=("title", ("First", "First")),
        ),
        *(
            Request(
                "POST /api/articles/bulk",
                422,
                [NEW, {**NEW, "authorId": row}],
                error_locations=("/1/authorId",),
            )
            for row in ("{his_author[author][id]}", NOWHERE)
        ),
        Request("POST /api/articles/bulk", 422, [NEW] * 6, error_locations=("",)),
        Request("POST /api/articles/bulk", 422, [], error_locations=("",)),
        query_value("SELECT count(*)::int AS is FROM articles WHERE owner_id = $1", "{alice}", expected=2),
    ),
)
