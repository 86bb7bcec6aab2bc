"""Runs the service for development: a database, its migrations, a server that reloads, a first request."""

import json
import os
import shlex
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from freehold import pipeline
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import owner_parameter
from freehold.contract.samples import identities
from freehold.contract.samples.maker import sample_value
from freehold.database import migrations
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.ground.tethered_process import Process
from freehold.reading.document import Document
from freehold.workbench import development_tokens, environment, server_process
from freehold.workbench.development import tracebacks
from freehold.workbench.development.application import Development
from freehold.workbench.development.follower import MIGRATION_DUE, Follower

HOST = "127.0.0.1"
_POLL_INTERVAL = 0.05  # seconds
# uvicorn's reloader would otherwise follow a folder that `generate` has moved away to replace it.
_WATCH_BY_POLLING = {"WATCHFILES_FORCE_POLLING": "true"}
_FOR_DEVELOPMENT = {"DOCS": "true", "CHECK_ANSWERS": "true"}
_FOR_A_DEBUGGER = {"DATABASE_TIMEOUT": "600"}  # seconds for which a transaction may wait for a person

Print = Callable[[str], None]
Update = Callable[[list[str]], None]
"""Generates after a change of these paths, and prints what it did and what is wrong."""


@dataclass(frozen=True)
class DevServer:
    """A running development server, and what it was started with."""

    url: str
    secret: str | None
    """Signs development tokens; None when another server signs them."""
    jwks_url: str | None
    """Where that server publishes its keys."""
    process: Process
    contract: Document
    """The effective contract at the start."""


@contextmanager
def run(project: Project, port: int, output: Print, update: Update) -> Iterator[DevServer]:
    """Run the service on `port`, with a migrated database, and follow the changes of the project.

    Raises UsageError when the port is in use or the server does not start, and ContractError when the
    contract is wrong at the start.
    """
    _require_free_port(port)
    jwks_url = environment.jwks_url(project)
    secret = None if jwks_url else environment.signing_secret(project)
    output("Starting the database ...")
    with environment.database_url(project) as url:
        contract = pipeline.load_effective_contract(project)
        update([])
        note = _migrate(project, url)
        if note:
            output(note)
        variables = {"LOG_FORMAT": "text"} | environment.variables(project)
        variables |= {"DATABASE_URL": url} | environment.signing_settings(project)
        follower = Follower(project, variables, update, output, said=note)
        variables |= _development(project, contract, secret, jwks_url).variables()
        process = _start(project, port, variables)
        try:
            server_process.wait_until_live(process, f"http://{HOST}:{port}")
            follower.start()
            yield DevServer(f"http://{HOST}:{port}", secret, jwks_url, process, contract)
        finally:
            follower.stop()
            server_process.stop(process)


def _development(
    project: Project, contract: Document, secret: str | None, jwks_url: str | None
) -> Development:
    """Return what the documentation page is told: the same token or advice as in the terminal."""
    user = identities.sample_subject(contract)
    return Development(
        package=project.generated.name,
        root=str(project.root),
        secret=secret,
        subject=user,
        claims=identities.sample_claims(contract, user),
        advice=(*_token_advice(jwks_url), "Then enter the token under Authorize.") if jwks_url else (),
    )


def welcome(server: DevServer) -> str:
    """Return what to print at the start: the documentation, a token, and a request that works when pasted."""
    user = identities.sample_subject(server.contract)
    if server.secret is None:
        advice = _token_advice(server.jwks_url or "")
        token_lines = [*advice, "Then put the token into the shell: export TOKEN=..."]
        authorization = '"Authorization: Bearer $TOKEN"'
    else:
        claims = identities.sample_claims(server.contract, user)
        token = development_tokens.sign(server.secret, user, claims=claims)
        hours = development_tokens.LIFETIME // 3600
        token_lines = [f"Token for {user}, valid for {hours} hours:", "", token]
        authorization = shlex.quote(f"Authorization: Bearer {token}")
    known_user = None if server.secret is None else user
    request = _example_request(server.contract, server.url, known_user, authorization)
    lines = [
        f"Documentation  {server.url}/docs",
        *token_lines,
        "",
        *(["Example request:", "", request, ""] if request else []),
        "Press Ctrl-C to stop the server and the database. The data is kept.",
    ]
    return "\n".join(lines)


def _token_advice(jwks_url: str) -> list[str]:
    """Tell how to get a token when another server signs them."""
    lines = [f"Tokens are signed by the server that publishes its keys at {jwks_url} (AUTH_JWKS_URL)."]
    if jwks_url.endswith("/jwks"):
        token_url = f"{jwks_url.removesuffix('/jwks')}/token"
        lines.append(f"With Better Auth, sign in there and request GET {token_url} with the session.")
    return lines


def wait(server: DevServer, *, parent: int | None) -> int:
    """Wait until the server ends, and return its exit code.

    With `parent`, a process id, return 0 as soon as that is no longer the parent of this process.
    """
    while (status := server.process.poll()) is None:
        if parent is not None and os.getppid() != parent:
            return 0
        time.sleep(_POLL_INTERVAL)
    return status


def _migrate(project: Project, url: str) -> str:
    """Migrate the database. Return what it lacks then and what to run, or an empty text."""
    try:
        migrations.up(project, url)
        migrations.check(project, url)
    except migrations.SchemaDrift as drift:
        return f"{MIGRATION_DUE}\n{drift}"
    except Exception as error:
        places = tracebacks.Places.of(project)
        if not tracebacks.is_of_hand_written_code(error, places):
            raise
        text = tracebacks.format_exception(error, places)
        return f"The migrations were not applied, because hand-written code failed:\n{text}"
    return ""


def _start(project: Project, port: int, variables: dict[str, str]) -> Process:
    watched = [
        f"--reload-dir={folder}" for folder in (project.generated, project.overrides) if folder.is_dir()
    ]
    app = ("freehold.workbench.development.application:create", "--factory")
    server = [sys.executable, "-m", "uvicorn", *app, f"--host={HOST}", f"--port={port}"]
    options = [
        "--log-level=warning",
        "--timeout-graceful-shutdown=2",
        "--reload",
        "--reload-include=*.json",
        *watched,
    ]
    terminal = sys.stdin.fileno() if sys.stdin is not None and sys.stdin.isatty() else None
    for_debugger = {} if terminal is None else _FOR_A_DEBUGGER
    settings = _FOR_DEVELOPMENT | for_debugger | variables | _WATCH_BY_POLLING
    return server_process.start([*server, *options], project.root, settings, terminal=terminal)


def _require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} is not available ({error.strerror}): choose another one with --port."
            ) from None


def _example_request(contract: Document, url: str, user: str | None, authorization: str) -> str | None:
    """Return a `curl` command that creates a resource or, if no operation does, lists one.

    `authorization` is the header, quoted for the shell. Without a user, no path names the owner.
    """
    candidates = [
        o for o in operations(contract) if o.kind in ("create", "list") and not _needs_unknown_value(o, user)
    ]
    operation = next((o for kind in ("create", "list") for o in candidates if o.kind == kind), None)
    if operation is None:
        return None
    body = operation.body_schema()
    lines = [f"curl -i -X {operation.method.upper()} {shlex.quote(url + _path_for(operation, user or ''))}"]
    lines += [f"-H {authorization}"]
    if body:
        example = json.dumps(sample_value(body), ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(example)}"]
    return " \\\n  ".join(lines)


def _path_for(operation: ContractOperation, user: str) -> str:
    return operation.path.replace(f"{{{owner_parameter(operation)}}}", user)


def _needs_unknown_value(operation: ContractOperation, user: str | None) -> bool:
    """Whether a request needs a value that is not known: the id of a parent, the owner, or a header."""
    if user is None and owner_parameter(operation) is not None:
        return True
    return "{" in _path_for(operation, "") or any(
        p.get_value("in") == "header" and p.get_value("required") for p in operation.parameters()
    )
