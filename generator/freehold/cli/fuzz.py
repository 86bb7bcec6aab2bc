"""The command `freehold fuzz`: attack the service with two users."""

import ipaddress
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from typing_extensions import override

from freehold.cli.console import INTERRUPTED, handle_errors, interrupt_on_signals
from freehold.cli.development.completion import operation_ids
from freehold.ground.problems import UsageError
from freehold.ground.project import Project, current_project
from freehold.workbench import environment

if TYPE_CHECKING:
    from freehold.fuzzing.findings import Report
    from freehold.fuzzing.targets import Target

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
_UNITS = (3600, 60, 1)
_DEV_URL = "http://127.0.0.1:8000"


class Duration(click.ParamType[float]):
    """A number of seconds, written as 30s, 5m, 1h or 1h30m."""

    name = "duration"

    @override
    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = _DURATION.fullmatch(value)
        seconds = sum(
            int(part or 0) * unit for part, unit in zip(found.groups() if found else (), _UNITS, strict=False)
        )
        if seconds == 0:
            self.fail(f"{value!r} is not a duration: use 30s, 5m, 1h or 1h30m.", param, ctx)
        return float(seconds)


@click.command()
@click.option("--url", metavar="URL", help="Fuzz a service that runs here, instead of one of its own.")
@click.option(
    "--time",
    "seconds",
    type=Duration(),
    default="1m",
    show_default=True,
    help="How long the whole run takes: 30s, 5m, 1h.",
)
@click.option(
    "--operation",
    "operations",
    multiple=True,
    metavar="NAME",
    shell_complete=operation_ids,
    help="Fuzz only this operation, by its operationId. Can be repeated.",
)
@click.option("--seed", type=click.IntRange(0), help="Repeat the run that has printed this seed.")
@click.option(
    "--token",
    "tokens",
    multiple=True,
    metavar="TOKEN",
    help="The token of a user; give two, of different users. TOKEN_ALICE and TOKEN_BOB in the environment do"
    " the same.",
)
@click.option("--allow-remote", is_flag=True, help="Fuzz a service on another machine.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit XML report.")
@click.option(
    "--har",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the requests and responses of Schemathesis, without tokens (HTTP Archive).",
)
@handle_errors
def fuzz(
    *,
    url: str | None,
    seconds: float,
    operations: tuple[str, ...],
    seed: int | None,
    tokens: tuple[str, ...],
    allow_remote: bool,
    junit: Path | None,
    har: Path | None,
) -> None:
    """Attack the service with two users.

    Compares what one user is told of a row of the other with what is told of a row that does not exist, sends
    nasty values to every place of every operation, and runs Schemathesis with all checks. Exits with 1 when
    something is found. schemathesis.toml is respected.

    Without --url, the service runs on a database of its own that is removed afterwards.

    With --url, rows are created, changed and deleted in the database of that service: those of two new users,
    and those that all users share. Their tokens are given, or signed with BETTER_AUTH_SECRET.

    \b
    Example:
      freehold fuzz --time 5m --junit fuzz.xml
      freehold fuzz --operation createTask --seed 4711
      freehold fuzz --url http://127.0.0.1:8000
    """
    interrupt_on_signals()
    flags = [*(["--url", url] if url else []), *(["--allow-remote"] if allow_remote else [])]
    report, target = _attack(url, tokens, operations, seed, seconds, har, allow_remote=allow_remote)
    _print_report(report, target, url, ["freehold", "fuzz", *flags], junit)
    if report.findings:
        sys.exit(1)
    if report.was_interrupted:
        sys.exit(INTERRUPTED)


def _attack(
    url: str | None,
    tokens: tuple[str, ...],
    operations: tuple[str, ...],
    seed: int | None,
    seconds: float,
    har: Path | None,
    *,
    allow_remote: bool,
) -> "tuple[Report, Target]":
    """Attack a service, and return what was found. Raises UsageError for what cannot be attacked."""
    from freehold.fuzzing import campaign, options
    from freehold.fuzzing.schemathesis_runner import runs

    started = monotonic()
    runs.require_installed()
    project, number = current_project(), options.new_seed() if seed is None else seed
    if url:
        _require_target(url, allow_remote=allow_remote)
    with _service_at(url, project, number, tokens) if url else _own_service(project, number) as service:
        target = _select(service, operations)
        click.echo(_introduction(target, is_own=url is None, seed=number), err=True)
        left = max(1.0, seconds - (monotonic() - started))
        report = campaign.run(target, options.Options(number, left, project=project.root, har=har), _progress)
    _progress("")
    return report, target


def _print_report(
    report: "Report", target: "Target", url: str | None, command: Sequence[str], junit: Path | None
) -> None:
    """Print what was found, and write the JUnit XML report."""
    from freehold.fuzzing import reports

    click.echo(reports.text(report, target, command, shown_url=url or _DEV_URL))
    if junit is not None:
        reports.write_junit(report, junit, command)
    if report.was_interrupted:
        click.echo("Interrupted: the rest was left out.", err=True)
    if report.findings:
        _explain_own(current_project(), url)


@contextmanager
def _own_service(project: Project, seed: int) -> "Iterator[Target]":
    """Run the service of the project on a database of its own."""
    from freehold import testing
    from freehold.fuzzing.targets import Target, sign_users

    _log_file(project).parent.mkdir(exist_ok=True)
    with _log_file(project).open("wb") as log, testing.serving(project.root, log) as service:
        yield Target(service.url, service.contract, sign_users(service.contract, service.secret, seed))


def _log_file(project: Project) -> Path:
    return project.state_folder / "fuzz.log"


@contextmanager
def _service_at(url: str, project: Project, seed: int, tokens: Sequence[str]) -> "Iterator[Target]":
    """Find a running service and its users."""
    from freehold.fuzzing import served_contract
    from freehold.fuzzing.targets import NAMES, Target, sign_users, users_of_tokens

    contract = served_contract.load(project, url)
    known = tokens or [token for name in NAMES if (token := os.environ.get(f"TOKEN_{name.upper()}"))]
    if known:
        users = users_of_tokens(contract, known)
    else:
        users = sign_users(contract, environment.signing_secret(project), seed)
    yield Target(url.rstrip("/"), contract, users)


def _require_target(url: str, *, allow_remote: bool) -> None:
    """Raise UsageError for what is no address of HTTP, and for another machine unless that is allowed."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{url} is not the address of a service: use one such as {_DEV_URL}.")
    if not (allow_remote or _is_loopback(parts.hostname)):
        raise UsageError(
            f"{parts.hostname} is another machine. Fuzzing sends thousands of requests, and creates, changes"
            " and deletes rows there. Add --allow-remote if that service is yours and its data can be lost."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _select(target: "Target", operations: tuple[str, ...]) -> "Target":
    from freehold.fuzzing.targets import require_operations

    require_operations(target.contract, operations)
    return replace(target, selected=operations)


def _introduction(target: "Target", *, is_own: bool, seed: int) -> str:
    from freehold.fuzzing.targets import shared_resources

    names = " and ".join(user.subject for user in target.users)
    shared = shared_resources(target.contract)
    also = f" and of {', '.join(shared)}, which all users share" if shared else ""
    where = "its own service, on a database that is removed afterwards" if is_own else target.url
    changes = "" if is_own else f"\nCreates, changes and deletes rows of these users{also}."
    return f"Fuzzing {where} as {names} (seed {seed}).{changes}"


def _explain_own(project: Project, url: str | None) -> None:
    """Say where to look, and how to send requests to a service that has stopped."""
    if url is None:
        log = _log_file(project).relative_to(project.root)
        click.echo(f"\nThe log of the service is {log}. To send single requests, run freehold dev.")


def _progress(line: str) -> None:
    """Show one line on a terminal, in place of the last one."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{line[:100]}", nl=False, err=True)
