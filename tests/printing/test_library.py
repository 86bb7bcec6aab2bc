"""The golden library as a running service: values of every type round-trip through PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from freehold.database import embedded_postgres
from tests.printing.library import BOOK, CHANGES, CONTRACT, DEFAULTS, LEAST, NOTE, TABLES
from tests.support import warm_python
from tests.support.contracts import LIBRARY
from tests.support.service import Database, Service, serving


@pytest.fixture(scope="module")
def library(server: embedded_postgres.Server) -> Iterator[Service]:
    """The running library, with its own database."""
    name = f"library_{secrets.token_hex(6)}"
    embedded_postgres.create_database(server, name)
    url = server.url(name)
    created = warm_python.run(["-c", TABLES, url], LIBRARY, os.environ)
    assert created.returncode == 0, created.stderr
    with serving(LIBRARY, Database(url)) as running:
        yield running


@pytest.fixture
def reader(library: Service) -> Iterator[httpx.Client]:
    with library.user() as client:
        yield client


def checked_body(response: httpx.Response, status: int, schema: str) -> dict[str, Any]:
    """Return the body of a response after validating it against its schema."""
    assert response.status_code == status, response.text
    schema_with_components = {"$ref": f"#/components/schemas/{schema}", "components": CONTRACT["components"]}
    body: dict[str, Any] = response.json()
    jsonschema_rs.Draft202012Validator(schema_with_components, validate_formats=True).validate(body)
    return body


def error_locations(response: httpx.Response) -> list[str]:
    """Return the pointers and parameters of the errors in a 422 response."""
    assert response.status_code == 422, response.text
    return [error.get("pointer") or error["parameter"] for error in response.json()["errors"]]


def add(reader: httpx.Client, **book: Any) -> dict[str, Any]:
    return checked_body(reader.post("/books", json=book), 201, "Book")


def test_every_property_round_trips(reader: httpx.Client) -> None:
    response = reader.post("/books", json=BOOK | NOTE)

    created = checked_body(response, 201, "Book")
    assert created == BOOK | {"id": created["id"]}
    assert response.headers["Location"] == f"/books/{created['id']}"
    assert checked_body(reader.get(response.headers["Location"]), 200, "Book") == created
    assert checked_body(reader.get("/books"), 200, "BookPage") == {
        "books": [created], "total": 1, "page": 1, "page_size": 10,
    }  # fmt: skip


def test_missing_properties_get_their_defaults(reader: httpx.Client) -> None:
    created = add(reader, **LEAST)

    assert created == LEAST | DEFAULTS | {"id": created["id"]}


def test_the_database_has_the_same_defaults(library: Service) -> None:
    columns = [name for name in DEFAULTS if name not in ("firstReader", "translator")]

    (row,) = library.database.rows(
        "INSERT INTO library_books (reader_id, title, pages, published_on)"
        f" VALUES ('somebody', 'The Word', 189, '1972-06-01') RETURNING {', '.join(columns)}"
    )

    assert row == {name: DEFAULTS[name] for name in columns}


def test_a_replace_resets_properties_that_were_not_sent(reader: httpx.Client) -> None:
    created = add(reader, **BOOK, **NOTE)
    place = f"/books/{created['id']}"

    replaced = checked_body(reader.put(place, json=LEAST), 200, "Book")

    assert replaced == LEAST | DEFAULTS | {"id": created["id"]}
    assert checked_body(reader.put(place, json=BOOK), 200, "Book") == created
    assert checked_body(reader.get(place), 200, "Book") == created


def test_an_update_keeps_properties_that_were_not_sent(reader: httpx.Client) -> None:
    created = add(reader, **BOOK)
    place = f"/books/{created['id']}"

    for name, value in CHANGES.items():
        changed = checked_body(reader.post(place, json={name: value}), 200, "Book")
        assert changed == created | {name: merged(created.get(name), value)}
        created = changed
    assert checked_body(reader.post(place, json=NOTE), 200, "Book") == created
    assert checked_body(reader.get(place), 200, "Book") == created


def merged(stored: object, value: object) -> object:
    """What becomes of a property (RFC 7396): an object gains the members of an object."""
    return {**stored, **value} if isinstance(stored, dict) and isinstance(value, dict) else value


def test_a_write_only_property_is_stored_and_never_returned(library: Service, reader: httpx.Client) -> None:
    created = add(reader, **LEAST, **NOTE)

    (row,) = library.database.rows("SELECT secret_note FROM library_books WHERE id = $1", created["id"])
    assert row == {"secret_note": NOTE["secretNote"]}
    assert NOTE["secretNote"] not in reader.get("/books").text


def test_a_delete_returns_the_deleted_book(reader: httpx.Client) -> None:
    created = add(reader, **BOOK)
    place = f"/books/{created['id']}"

    assert checked_body(reader.delete(place), 200, "Book") == created
    assert reader.get(place).status_code == 404


FILTERS = ["title", "language", "binding", "pages", "rating", "published_on", "publisher_email"]
FILTERS += ["stars", "medium", "price"]


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_finds_the_matching_books(reader: httpx.Client, name: str) -> None:
    created = add(reader, **BOOK)
    other = LEAST | {"title": "Another", "pages": 1, "published_on": "1999-01-01"}
    add(reader, **other)

    found = checked_body(reader.get("/books", params={name: created[name]}), 200, "BookPage")

    assert created in found["books"]
    assert found["total"] == (2 if name == "medium" else 1)


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("labels", ["a", ""], "/labels/1"), ("labels", "a", "/labels"), ("labels", ["x"] * 21, "/labels"),
        ("labels", [None], "/labels/0"), ("labels", ["a\0"], "/labels/0"),
        ("tags", [{"word": "a", "more": 1}], "/tags/0/more"), ("tags", [{}], "/tags/0/word"),
        ("authors", [{"fullName": ""}], "/authors/0/fullName"), ("publisher", None, "/publisher"),
        ("translator", {}, "/translator/fullName"),
        ("dimensions", {"widthMm": 0, "heightMm": 1}, "/dimensions/widthMm"),
        ("medium", "vellum", "/medium"), ("stars", 4, "/stars"), ("stars", "1", "/stars"),
        ("price", "NaN", "/price"), ("price", "Infinity", "/price"), ("price", "", "/price"),
        ("dimensions", {"widthMm": 1, "heightMm": 1, "weightKg": 1}, "/dimensions/weightKg"),
        ("prices", ["1", 1], "/prices/1"), ("chapters", [""], "/chapters/0"),
        ("chapters", ["!"], "/chapters/0"),
        ("readAt", ["2026-11-20T09:30:00"], "/readAt/0"), ("readAloudAt", "25:00:00Z", "/readAloudAt"),
        ("date", "2023-02-29", "/date"),
        ("date", "2024-02-29T00:00:00Z", "/date"), ("isbn13", "978", "/isbn13"),
        ("firstReader", "a\0", "/firstReader"), ("secretNote", None, "/secretNote"), ("id", 1, "/id"),
        ("read_aloud_at", "20:15:00Z", "/read_aloud_at"),
    ],
)  # fmt: skip
def test_an_invalid_value_is_rejected(reader: httpx.Client, name: str, value: object, place: str) -> None:
    assert set(error_locations(reader.post("/books", json=LEAST | {name: value}))) == {place}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cover", 7), ("cover", "é"), ("readAloudAt", "20:15:00+25:00"), ("price", 12.5),
        ("price", "1e5"), ("price", "1e999999"), ("price", " 1"),
        ("price", "1_0"), ("price", ".5"), ("price", None),
        ("cover", "AP8Q/w"), ("cover", "AP8Q\n/w=="), ("cover", "!"), ("cover", "AAAA" * 1001),
        ("readAloudAt", "20:15:00"), ("readAloudAt", "20:15"), ("readAloudAt", 3600),
    ],
)  # fmt: skip
def test_a_string_that_violates_its_format_is_rejected(
    reader: httpx.Client, name: str, value: object
) -> None:
    assert error_locations(reader.post("/books", json=LEAST | {name: value})) == [f"/{name}"]


@pytest.mark.parametrize(
    "query", ["stars=4", "medium=vellum", "price=1e5", "price=NaN", "price=", "rating=6", "published_on=x"]
)
def test_an_invalid_filter_is_rejected(reader: httpx.Client, query: str) -> None:
    assert error_locations(reader.get(f"/books?{query}")) == [query.partition("=")[0]]


def test_a_tag_can_be_created_listed_replaced_and_updated(reader: httpx.Client) -> None:
    style = {"textColour": "#00ff00", "anything": [1, None, {"a": "b"}]}
    tag = checked_body(reader.post("/tags", json={"name": "b", "isPublic": True, "style": style}), 201, "Tag")
    place = f"/tags/{tag['id']}"
    assert tag == {"name": "b", "isPublic": True, "style": style} | {
        name: tag[name] for name in ("id", "updatedAt")
    }
    assert checked_body(reader.get(place), 200, "Tag") == tag
    other = checked_body(reader.post("/tags", json={"name": "a"}), 201, "Tag")
    assert other == {"name": "a", "isPublic": False, "id": other["id"], "updatedAt": other["updatedAt"]}
    assert checked_body(reader.get("/tags"), 200, "TagPage") == {"tags": [other, tag], "total": 2}

    replaced = checked_body(reader.put(place, json={"name": "c"}), 200, "Tag")
    assert (replaced["name"], replaced["isPublic"], "style" in replaced) == ("c", False, False)
    assert replaced["updatedAt"] > tag["updatedAt"]

    merge_patch = {"Content-Type": "application/merge-patch+json"}
    changed = checked_body(
        reader.patch(place, content=b'{"isPublic": true}', headers=merge_patch), 200, "Tag"
    )
    assert changed == replaced | {"isPublic": True, "updatedAt": changed["updatedAt"]}
    assert reader.patch(place, json={"isPublic": False}).status_code == 415


def test_a_loan_is_lent_listed_extended_and_forgotten(reader: httpx.Client) -> None:
    lent = {"book_id": 7, "borrower": "Anna", "due_on": "2026-12-30"}
    loan = checked_body(reader.post("/loans", json=lent), 201, "Loan")
    place = f"/loans/{loan['id']}"
    assert loan == lent | {"status": "lent", "returned_at": None} | {
        name: loan[name] for name in ("id", "created_at", "updated_at")
    }
    assert checked_body(reader.get(place), 200, "Loan") == loan
    query: dict[str, str | int] = {"status": "lent", "book_id": 7, "sort": "-due_on"}
    assert checked_body(reader.get("/loans", params=query), 200, "LoanPage") == {
        "data": [loan], "total": 1, "total_pages": 1,
    }  # fmt: skip

    extended = checked_body(
        reader.post(f"{place}/extend", params={"notify": "true", "date": "2026-12-01"}, json={"days": 3}),
        200,
        "Loan",
    )
    assert extended["due_on"] == "2027-01-02"
    assert reader.delete(place).status_code == 204
    assert checked_body(reader.get("/loans"), 200, "LoanPage")["total"] == 0


def test_what_is_somebody_else_s_is_not_there(library: Service, reader: httpx.Client) -> None:
    book, tag = add(reader, **BOOK), checked_body(reader.post("/tags", json={"name": "a"}), 201, "Tag")

    with library.user() as other:
        for place, body in ((f"/books/{book['id']}", LEAST), (f"/tags/{tag['id']}", {"name": "b"})):
            assert other.get(place).status_code == 404
            assert other.put(place, json=body).status_code == 404
        assert other.post(f"/books/{book['id']}", json={"title": "mine"}).status_code == 404
        assert other.delete(f"/books/{book['id']}").status_code == 404
        assert other.get("/books").json()["books"] == other.get("/tags").json()["tags"] == []
    assert checked_body(reader.get(f"/books/{book['id']}"), 200, "Book") == book
