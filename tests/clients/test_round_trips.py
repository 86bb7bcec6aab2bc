"""Generated clients compile, and two users use them against a running service."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from freehold.workbench import development_tokens
from tests.clients import tools
from tests.clients.page import GENERATORS
from tests.clients.workshop import Client, Workshop, compile_python, compile_typescript
from tests.support.service import Database, Service, serving

# seconds: the first test installs the tools and makes all clients
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
CLIENTS = [Client(name, contract) for name in GENERATORS for contract in ("sample", "workspace")]
Made = tuple[Workshop, Mapping[Client, list[str]]]
"""A workshop with all clients of a language, and what is wrong with each of them."""
MakeDialect = Callable[[str], tuple[Path, Database]]


def missing(client: Client) -> str:
    """Says why a generator cannot run here, if so."""
    return tools.java_problem() if client.generator == "openapi-generator" else ""


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Made:
    workshop = Workshop(tmp_path_factory.mktemp("typescript"), tools.NODE, tools.node_programs())
    clients = [client for client in CLIENTS if not client.is_python]
    return workshop, workshop.make(clients, compile_typescript)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Made:
    workshop = Workshop(tmp_path_factory.mktemp("python"), tools.PYTHON, tools.python_programs())
    clients = [client for client in CLIENTS if client.is_python and not missing(client)]
    return workshop, workshop.make(clients, compile_python)


@pytest.fixture
def made(request: pytest.FixtureRequest, client: Client) -> Made:
    if missing(client):
        pytest.skip(missing(client))
    language: Made = request.getfixturevalue("python" if client.is_python else "typescript")
    return language


@pytest.fixture(scope="module")
def serve(service: Service, make_dialect: MakeDialect) -> Iterator[Callable[[str], Service]]:
    """Returns the service of a contract."""
    running = {"sample": service}
    with ExitStack() as stack:

        def serve(contract: str) -> Service:
            if contract not in running:
                running[contract] = stack.enter_context(serving(*make_dialect(contract)))
            return running[contract]

        yield serve


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.folder)
def test_the_client_compiles(made: Made, client: Client) -> None:
    _, mistakes = made

    assert mistakes[client] == []


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.folder)
def test_two_users_use_the_client(made: Made, serve: Callable[[str], Service], client: Client) -> None:
    workshop, _ = made
    service = serve(client.contract)

    done = workshop.run(
        client.command,
        URL=service.url,
        ALICE=token(service, "alice", client),
        BOB=token(service, "bob", client),
        PYTHONPATH=f".:{client.folder}:{client.folder}/client",
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{client.generator} {client.contract}: ok\n"


def token(service: Service, name: str, client: Client) -> str:
    """A token of a user that no other client has: of an organization of their own, who may write labels."""
    subject = f"{name} of {client.folder}"
    claims = {"org_id": f"organization of {subject}", "scope": "labels:write"}
    return development_tokens.sign(service.secret, subject, claims=claims)


@pytest.mark.parametrize("name", GENERATORS)
def test_every_package_that_the_page_installs_is_tried(name: str) -> None:
    pinned = (tools.PYTHON / "requirements.lock").read_text("utf-8")
    pinned += (tools.NODE / "package.json").read_text("utf-8")

    generator = GENERATORS[name]
    assert generator.packages
    for package in generator.packages:
        assert re.search(rf'^{re.escape(package)}==|"{re.escape(package)}": ', pinned, re.MULTILINE), package
