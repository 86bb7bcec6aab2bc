"""A person reads the documentation page in Chromium, on a desktop and on a phone, and tries operations."""

import copy
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.workbench import development_tokens, environment
from generated.runtime.http.api_documentation.endpoints import add_documentation
from tests.browser.conftest import Browse
from tests.conftest import NOT_CACHES, PARTS
from tests.dialects import projects
from tests.support.clusters import copy_cluster
from tests.support.development import developing
from tests.support.service import ROOT

pytestmark = pytest.mark.long  # what drives the browser is installed first
TITLE = "Feed the <b>cat</b>"
Seen = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def seen(browse: Browse, pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """What a person sees and does with a project of `freehold dev`."""
    folder = tmp_path_factory.mktemp("documented")
    for name in PARTS:
        source, target = ROOT / name, folder / name
        _ = (
            shutil.copytree(source, target, ignore=NOT_CACHES)
            if source.is_dir()
            else shutil.copy(source, target)
        )
    copy_cluster(pristine, folder / ".freehold" / "postgres")
    with developing(folder) as development:
        secret = environment.signing_secret(find_project(folder))
        tokens = {
            "bob": development_tokens.sign(secret, "bob"),
            "expired": development_tokens.sign(secret, "carol", lifetime=-60),
        }
        yield browse("documentation.mjs", url=development.url, title=TITLE, **tokens) | {
            "url": development.url
        }


def test_nothing_is_loaded_from_another_host_or_refused_by_the_policy_of_the_page(seen: Seen) -> None:
    assert [f"http://{host}" for host in seen["hosts"]] == [seen["url"]]
    assert seen["complaints"] == []


def test_freehold_dev_presets_a_token_that_is_kept_over_a_reload(seen: Seen) -> None:
    assert "sent as alice, until" in seen["preset"]
    assert "sent as alice, until" in seen["reloaded"]


def test_an_operation_is_tried_out(seen: Seen) -> None:
    assert seen["created"]["status"] == "201"
    assert "location: /api/tasks/" in seen["created"]["text"]
    assert seen["listed"]["status"] == "200"
    assert TITLE in seen["listed"]["text"]


def test_a_token_that_a_person_enters_is_kept_until_it_expires(seen: Seen) -> None:
    assert "sent as bob, until" in seen["entered"]
    assert seen["listedByBob"]["status"] == "200"
    assert TITLE not in seen["listedByBob"]["text"]
    assert "sent as carol, but the token expired on" in seen["expired"]
    assert "sent as alice, until" in seen["renewed"]


def test_the_search_finds_operations_by_their_words(seen: Seen) -> None:
    assert seen["found"] == ["completeTask"]
    assert seen["foundNothing"] == []
    assert "elephant" in seen["nothing"]
    assert len(seen["foundAll"]) == 7


def test_it_fits_a_phone_and_an_operation_fits_two_screens(browse: Browse, tmp_path: Path) -> None:
    documents = (sample(), workspace(tmp_path), wide())
    with ExitStack() as stack:
        urls = [stack.enter_context(documenting(document, tmp_path)) for document in documents]
        pages = [{"url": url, "operations": largest(one)} for url, one in zip(urls, documents, strict=True)]
        measured = browse("sizes.mjs", pages=pages)

    assert measured["complaints"] == []
    assert len(measured["screens"]) == 2 * len(documents)
    for screen in measured["screens"]:
        width, height = screen["viewport"]["width"], screen["viewport"]["height"]
        assert screen["width"] <= width, screen["url"]
        assert screen["operations"]
        for operation in screen["operations"]:
            assert operation["width"] <= width, (width, operation)
            assert 100 < operation["height"] <= 2 * height, (height, operation)


def sample() -> Seen:
    document: Seen = json.loads((ROOT / "generated" / "openapi.json").read_text("utf-8"))
    return document


def workspace(folder: Path) -> Seen:
    """The served document of the dialect with most of the vocabulary."""
    project = find_project(projects.copy_project(projects.LARGEST, folder / projects.LARGEST))
    files = {str(name): text for name, text in pipeline.generate(project).files.items()}
    document: Seen = json.loads(files["openapi.json"])
    return document


def wide() -> Seen:
    """The sample with everything long: names, texts, parameters, bodies, responses."""
    document = copy.deepcopy(sample())
    word = "unbreakable" * 4
    properties = {f"{word}_{number}": {"type": "string", "description": word} for number in range(60)}
    operation = document["paths"]["/api/tasks"]["post"]
    operation["summary"] = operation["description"] = f"{word} {'long text ' * 200}"
    operation["parameters"] = [
        {"name": f"{word}_{number}", "in": place, "description": word, "schema": {"type": "string"}}
        for place in ("query", "header")
        for number in range(20)
    ]
    operation["requestBody"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "properties": properties,
        "example": dict.fromkeys(properties, word),
    }
    for response in operation["responses"].values():
        response |= {"description": f"{word} {'long text ' * 50}"}
    document["info"] |= {"title": word, "description": f"{word} `{word}`"}
    document["paths"] = {f"/{word}/{{{word}}}/{word}": {"post": operation}}
    return document


def largest(document: Seen) -> list[str]:
    """The two operations with the longest declarations."""
    found = [item[method] for item in document["paths"].values() for method in METHODS if method in item]
    return [str(one["operationId"]) for one in sorted(found, key=lambda one: -len(json.dumps(one)))[:2]]


@contextmanager
def documenting(document: Seen, folder: Path) -> Iterator[str]:
    """Serve the documentation page of a document, without a service."""
    contract = folder / "openapi.json"
    contract.write_text(json.dumps(document), "utf-8")
    app = FastAPI(title="Documented", openapi_url=None)
    add_documentation(app, contract, with_docs=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
