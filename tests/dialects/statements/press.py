"""Statements about an API for readers and writers: envelopes."""

from typing import Any

from tests.dialects.scenarios import Request, Scenario, Step, query_value
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


AUTHOR, HIS_AUTHOR = author("author"), author("his_author", by="bob")
ARTICLE = article("article")

SCENARIOS = (
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
)
