"""Statements about what is not JSON: forms, files, answers of other media types, headers of an operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.dialects.scenarios import Request, Scenario, ScenarioState, Step
from tests.dialects.statements.real_contracts import ITEM, ME, item

EXPORT, PICTURE = "GET /api/v1/items/export", "{item[location]}/picture"
ATTACH, LOGIN = "POST {item[location]}/attachments", "POST /api/v1/login/access-token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PNG, ZIP = {"Content-Type": "image/png"}, {"Content-Type": "application/zip"}
LARGE = b"x" * 1_500_000


@dataclass(frozen=True)
class Text:
    """A request of alice, and the text of its answer."""

    target: str
    expected: str
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """What is sent."""
    answered: Mapping[str, str] = field(default_factory=dict)
    """Headers of the answer."""

    def run(self, state: ScenarioState) -> None:
        """Send the request and compare the response."""
        method, _, path = state.fill(self.target).partition(" ")
        response = state.user("alice").client.request(method, path, headers=dict(self.headers))
        assert response.status_code == 200, response.text
        assert response.headers["Content-Type"] == self.media_type
        assert response.text == state.fill(self.expected)
        for name, value in self.answered.items():
            assert response.headers[name] == state.fill(value)


@dataclass(frozen=True)
class Multipart:
    """A form with files, and its answer."""

    files: Any
    data: Mapping[str, Any]
    status: int
    expected: Any
    by: str = "alice"

    def run(self, state: ScenarioState) -> None:
        """Send the form and compare the response."""
        path = state.fill(ATTACH).partition(" ")[2]
        response = state.user(self.by).client.post(path, data=dict(self.data), files=self.files)
        assert response.status_code == self.status, response.text
        found: Any = response.json()
        if self.expected is not None:
            places = [fault["loc"] for fault in found["detail"]] if self.status == 422 else found
            assert places == self.expected


def fastapi(statement: str, *steps: Step) -> Scenario:
    return Scenario(statement, "fastapi", steps)


def file(name: str, content: bytes = b"content", kind: str = "text/plain") -> Any:
    return "files", (name, content, kind)


SENT = [file("a.txt"), file("größe.bin", LARGE, "application/octet-stream")]
INFOS = [
    {"name": "a.txt", "media_type": "text/plain", "size": 7},
    {"name": "größe.bin", "media_type": "application/octet-stream", "size": 1_500_000},
]

SCENARIOS = (
    fastapi(
        "a form -> a model, whose fields have the types of the schema",
        Request(
            LOGIN,
            by="nobody",
            content=b"username=Ada+L%C3%B6w&password=x&scope=a%26b&grant_type=password",
            headers=FORM,
            has={"access_token": "Ada Löw a&b", "token_type": "bearer"},
        ),
        Request(LOGIN, 422, by="nobody", content=b"username=x", headers=FORM),
        Request(LOGIN, 422, by="nobody", content=b"username=x&password=y&no=1", headers=FORM),
        Request(LOGIN, 422, by="nobody", content=b"username=x&password=y&password=z", headers=FORM),
        Request(LOGIN, 422, by="nobody", content=b"username=x&password=y&grant_type=code", headers=FORM),
        Request(LOGIN, 400, by="nobody", content=b"username=%FF&password=y", headers=FORM),
        Request(LOGIN, 415, {"username": "x", "password": "y"}, by="nobody"),
    ),
    fastapi(
        "multipart/form-data -> files that can be read in pieces, beside fields",
        ITEM,
        Multipart(
            SENT,
            {"note": "n", "places": ["1", "2"], "labels": '{"a": "b"}'},
            200,
            [*INFOS, {"name": "Mine", "media_type": "n", "size": 3}],
        ),
        Multipart([file("a.txt", b"")], {"places": "x"}, 422, [["body", "places"]]),
        Multipart([file("a.txt")], {"labels": '{"a": 1}'}, 422, [["body", "labels", "a"]]),
        Multipart([file("a.txt")], {"labels": "no"}, 422, [["body", "labels"]]),
        Multipart([("note", ("a.txt", b"x", "text/plain")), file("a.txt")], {}, 422, [["body", "note"]]),
        Multipart([file(f"{n}") for n in range(4)], {}, 422, [["body", "files"]]),
        Multipart([("other", ("a", b"x", "text/plain"))], {}, 422, [["body", "files"], ["body", "other"]]),
        Request(ATTACH, 400, content=b"no form", headers={"Content-Type": "multipart/form-data; boundary=x"}),
        Request(ATTACH, 400, content=b"no form", headers={"Content-Type": "multipart/form-data"}),
        Request(ATTACH, 415, content=b"places=1", headers=FORM),
        Multipart(SENT, {}, 404, None, by="bob"),
    ),
    fastapi(
        "a body that is a file -> a stream up to a limit",
        ITEM,
        Request(
            f"PUT {PICTURE}", content=LARGE, headers=PNG, has={"size": 1_500_000, "media_type": "image/png"}
        ),
        Request(f"PUT {PICTURE}", content=b"", headers=PNG, has={"size": 0}),
        Request(f"PUT {PICTURE}", 413, content=b"x" * 10_500_000, headers=PNG),
        Request(f"PUT {PICTURE}", 415, content=b"x", headers=ZIP),
        Request(f"PUT {PICTURE}", 404, content=b"x", headers=PNG, by="bob"),
        Request(f"PUT {PICTURE}", 401, content=b"x", headers=PNG, by="nobody"),
    ),
    fastapi(
        "an answer of another media type -> bytes, of the type that the operation chooses",
        item("item", title="Größe"),
        Text(
            f"GET {PICTURE}",
            "<svg xmlns='http://www.w3.org/2000/svg'><title>{item[id]}</title></svg>",
            "image/svg+xml",
            answered={
                "Content-Disposition": "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.svg",
                "Content-Security-Policy": "sandbox",
            },
        ),
        Request(f"GET {PICTURE}", 404, by="bob"),
        item("item", title="plain"),
        Text(f"GET {PICTURE}", "\ufffdPNG", "image/png"),
    ),
    fastapi(
        "headers and arrays of an operation of your own -> parameters, and response headers that it sets",
        item("one", title="One"),
        item("two", title="Two"),
        item("his", by="bob", title="His"),
        Text(
            EXPORT,
            "{two[id]},Two\r\n{one[id]},One\r\n",
            "text/csv; charset=utf-8",
            answered={"X-Total-Count": "2"},
        ),
        Text(
            f"{EXPORT}?titles=One&titles=x",
            "{one[id]};One\r\n",
            "text/csv; charset=utf-8",
            headers={"x-separator": ";"},
            answered={"X-Total-Count": "1"},
        ),
        Text(f"{EXPORT}?titles=x,Two", "{two[id]},Two\r\n", "text/csv; charset=utf-8"),
        Text(f"{EXPORT}?from=1", "{one[id]},One\r\n", "text/csv; charset=utf-8"),
        Request(f"{EXPORT}?from_=1", 422, error_locations=("from_",)),
        Request(EXPORT, 422, headers={"X-Separator": "--"}),
        Request(ME, has={"item_count": 2}),
    ),
)
