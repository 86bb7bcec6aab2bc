"""The commands `freehold dev` and `freehold token`: run the service locally, and sign tokens for it."""

import os
from pathlib import Path

import click

from freehold.cli.console import (
    handle_errors,
    interrupt_on_signals,
    print_changes,
    print_problems,
    progress,
    report_errors,
)
from freehold.ground.problems import Problem, UsageError
from freehold.ground.project import current_project, find_project
from freehold.workbench import environment


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)
@click.option(
    "--stop-with-parent",
    is_flag=True,
    hidden=True,
    help="Stop when the parent process, such as make, ends.",
)
@handle_errors
def dev(port: int, stop_with_parent: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Run the service for development, with a database.

    Applies pending migrations, serves /docs with a token, and prints it with an example. It follows the
    contract, overrides/ and migrations/: after each change it generates and reloads, and says when a
    migration is due. `breakpoint()` in overrides/ starts the debugger in this terminal. An exception there is
    printed with its own lines first.

    The database is that of DATABASE_URL or, without it, an embedded PostgreSQL with its data in .freehold/.
    With AUTH_JWKS_URL it accepts the tokens of that server, and says how to get one instead.

    \b
    Example:
      freehold dev --port 8123
    """
    from freehold.workbench.development import dev_server

    project = current_project()
    parent = os.getppid() if stop_with_parent else None
    interrupt_on_signals()
    try:
        with dev_server.run(project, port, click.echo, _Updates(project.root)) as server:
            click.echo(dev_server.welcome(server))
            status = dev_server.wait(server, parent=parent)
    except KeyboardInterrupt:
        click.echo("\nStopped.")
        raise
    if status:
        raise UsageError(f"The server exited with status {status}: see the output above for the reason.")


class _Updates:
    """Generates after each change. A problem is printed once, and the service stays as it is."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._printed: frozenset[Problem] = frozenset()

    def __call__(self, names: list[str]) -> None:
        """Generate after a change of `names`, relative to the project."""
        for name in names:
            click.echo(f"changed  {name}")
        report_errors(self._write)()

    def _write(self) -> None:
        from freehold.workbench import staleness

        project = find_project(self._root)  # its settings may have changed
        with progress("Generating ..."):
            changes, problems = staleness.write(project, force=False)
        print_changes(project.generated.name, changes)
        print_problems(problem for problem in problems if problem not in self._printed)
        self._printed = frozenset(problems)


@click.command()
@click.option("--sub", required=True, help="The subject of the token: the id of the user, who owns the rows.")
@click.option(
    "--ttl",
    default=86400,
    show_default=True,
    type=click.IntRange(1),
    help="The lifetime in seconds; the service accepts at most AUTH_MAX_LIFETIME.",
)
@click.option(
    "--claim",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another claim, such as org_id=acme. Can be repeated.",
)
@click.option("--scope", multiple=True, help="A scope to grant, such as tasks:write. Can be repeated.")
@handle_errors
def token(sub: str, ttl: int, claim: tuple[str, ...], scope: tuple[str, ...]) -> None:
    """Print a development token.

    It is signed with BETTER_AUTH_SECRET or, if that is not set, with the secret of `freehold dev`.

    \b
    Example:
      curl -H "Authorization: Bearer $(freehold token --sub alice)" http://127.0.0.1:8000/api/tasks
      freehold token --sub alice --claim org_id=acme --scope tasks:write
    """
    from freehold.workbench import development_tokens

    claims = dict(map(_parse_claim, claim)) | ({"scope": " ".join(scope)} if scope else {})
    project = current_project()
    secret, longest = environment.signing_secret(project), environment.longest_lifetime(project)
    if longest is not None and ttl > longest:
        text = f"The service refuses this token: its lifetime is above AUTH_MAX_LIFETIME, {longest} seconds."
        click.secho(text, fg="yellow", err=True)
    click.echo(development_tokens.sign(secret, sub, ttl, claims))


def _parse_claim(claim: str) -> tuple[str, str]:
    name, sign, value = claim.partition("=")
    if not (name and sign and value):
        raise UsageError(f"{claim!r} is not a claim: use NAME=VALUE, such as --claim org_id=acme.")
    return name, value
