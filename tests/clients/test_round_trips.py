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
from tests.support.thoroughness import ALL, long

SHORT = Client("openapi-typescript", "sample")
CLIENTS = [Client(name, "sample") for name, generator in GENERATORS.items() if not generator.is_python]
EACH = [SHORT, *(long(client) for client in CLIENTS if client != SHORT)]
Made = tuple[Workshop, Mapping[Client, list[str]]]
MakeDialect = Callable[[str], tuple[Path, Database]]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Client], Made]:
    """Returns a workshop with all clients of a language, and what is wrong with each of them."""
    made: dict[bool, Made] = {}

    def make(client: Client) -> Made:
        is_python = client.is_python
        if is_python not in made:
            source, programs = (
                (tools.PYTHON, tools.python_programs()) if is_python else (tools.NODE, tools.node_programs())
            )
            workshop = Workshop(tmp_path_factory.mktemp("workshop"), source, programs)
            clients = [c for c in CLIENTS if c.is_python is is_python]
            compile_clients = compile_python if is_python else compile_typescript
            made[is_python] = workshop, workshop.make(clients if ALL else [SHORT], compile_clients)
        return made[is_python]

    return make


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


@pytest.mark.parametrize("client", EACH, ids=lambda client: client.folder)
def test_the_client_compiles(make: Callable[[Client], Made], client: Client) -> None:
    _, mistakes = make(client)

    assert mistakes[client] == []


@pytest.mark.parametrize("client", EACH, ids=lambda client: client.folder)
def test_two_users_use_the_client(
    make: Callable[[Client], Made], serve: Callable[[str], Service], client: Client
) -> None:
    workshop, _ = make(client)
    service = serve(client.contract)

    done = workshop.run(
        client.command,
        URL=service.url,
        ALICE=token(service, "alice", client),
        BOB=token(service, "bob", client),
        PYTHONPATH=f".:{client.folder}",
    )

    assert (done.stdout, done.stderr) == (f"{client.generator} {client.contract}: ok\n", "")


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
