"""The service on this machine: a database, its migrations, a server that reloads, a request to paste."""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from freehold import pipeline
from freehold.contract import sample_values
from freehold.contract.operations import ContractOperation, operations, owner_parameter
from freehold.database import migrations
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.reading.document import Document
from freehold.workbench import development_tokens, environment, server_process
from freehold.writing import generated_folder

HOST = "127.0.0.1"
_POLL = 0.05  # seconds
# The system's own watch follows a folder that has moved away, and `generate` puts a new one in its place.
_WATCHING = {"WATCHFILES_FORCE_POLLING": "true"}
_PAGES = {"DOCS": "true"}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Running:
    """A server that answers, and what it was started with."""

    url: str
    secret: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def serving(project: Project, port: int, say: Say) -> Iterator[Running]:
    """The service on `port` for as long as it is needed. Raises UsageError when it does not start."""
    _must_be_free(port)
    secret = environment.secret(project)
    say("Starting the database ...")
    with environment.database(project) as url:
        migrations.up(project, url)
        for note in _notes(project, url):
            say(note)
        variables = {"LOG_FORMAT": "text"} | environment.variables(project)
        variables |= {"DATABASE_URL": url} | environment.signing(project)
        process = _start(project, port, variables)
        try:
            server_process.wait_for(process, f"http://{HOST}:{port}")
            yield Running(f"http://{HOST}:{port}", secret, process)
        finally:
            server_process.stop(process)


def greeting(project: Project, running: Running) -> str:
    """What to do next: the documentation, a token, a request that works when it is pasted."""
    whole = pipeline.load_effective_contract(project)
    user = sample_values.sample_subject(whole)
    token = development_tokens.sign(running.secret, user, claims=sample_values.sample_claims(whole, user))
    request = _request(whole, running.url, user, token)
    lines = [
        f"Documentation  {running.url}/docs",
        f"A token for {user}, good for {development_tokens.LIFETIME // 3600} hours:",
        "",
        token,
        "",
        *(["A request to paste:", "", request, ""] if request else []),
        "Ctrl-C stops the server and the database. What is stored stays.",
    ]
    return "\n".join(lines)


def wait(running: Running, *, parent: int | None) -> int:
    """Wait until the server ends or, when `parent` is given, that process does; its exit status."""
    while (status := running.process.poll()) is None:
        if parent is not None and os.getppid() != parent:
            return 0
        time.sleep(_POLL)
    return status


def _notes(project: Project, url: str) -> Iterator[str]:
    """What is behind: the code the contract, or the database the tables."""
    result = pipeline.generate(project)
    if generated_folder.compare(project.generated, result.files):
        yield f"Note: {project.generated.name}/ is not what the contract makes. Run `freehold generate`."
    for problem in result.override_problems:
        yield f"Note: {problem}"
    try:
        migrations.check(project, url)
    except migrations.Differs as difference:
        yield f'Note: the database lacks something. Run `freehold migrate new -m "..."`.\n{difference}'


def _start(project: Project, port: int, variables: dict[str, str]) -> "subprocess.Popen[bytes]":
    package = project.generated.name
    watched = [
        f"--reload-dir={folder}" for folder in (project.generated, project.overrides) if folder.is_dir()
    ]
    server = [sys.executable, "-m", "uvicorn", f"{package}.app:app", f"--host={HOST}", f"--port={port}"]
    options = [
        "--log-level=warning",
        "--timeout-graceful-shutdown=2",
        "--reload",
        "--reload-include=*.json",
        *watched,
    ]
    return server_process.start([*server, *options], project.root, _PAGES | variables | _WATCHING)


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} is taken ({error.strerror}): choose another with --port."
            ) from None


def _request(whole: Document, url: str, user: str, token: str) -> str | None:
    """A `curl` that creates something, or else lists what there is."""
    found = [o for o in operations(whole) if o.kind in ("create", "list") and not _unknown(o)]
    chosen = next((o for kind in ("create", "list") for o in found if o.kind == kind), None)
    if chosen is None:
        return None
    body = chosen.body_schema()
    lines = [f"curl -i -X {chosen.method.upper()} {shlex.quote(url + _place(chosen, user))}"]
    lines += [f"-H {shlex.quote(f'Authorization: Bearer {token}')}"]
    if body:
        example = json.dumps(sample_values.sample_value(body), ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(example)}"]
    return " \\\n  ".join(lines)


def _place(operation: ContractOperation, user: str) -> str:
    return operation.path.replace(f"{{{owner_parameter(operation)}}}", user)


def _unknown(operation: ContractOperation) -> bool:
    """Whether a request needs something that nobody has yet: the id of a parent, or a key."""
    return "{" in _place(operation, "") or any(
        p.get_value("in") == "header" and p.get_value("required") for p in operation.parameters()
    )
