"""`freehold dev` and `freehold token`: the service on this machine, and somebody to ask it as."""

import os
import signal

import click

from freehold.cli.console import told
from freehold.ground.problems import UsageError
from freehold.ground.project import current_project
from freehold.workbench import environment


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where to listen."
)
@click.option(
    "--stop-with-parent", is_flag=True, hidden=True, help="Stop when the parent process ends, as make."
)
@told
def dev(port: int, stop_with_parent: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Run the service for development, with a database.

    It runs the migrations, reloads what changes, serves /docs, and prints a request to paste. The database
    is an embedded PostgreSQL whose data stays in .freehold/, or the one of DATABASE_URL.

    \b
    Example:
      freehold dev --port 8123
    """
    from freehold.workbench import dev_server as development

    project = current_project()
    parent = os.getppid() if stop_with_parent else None
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background job would ignore the first
        signal.signal(ending, signal.default_int_handler)
    try:
        with development.serving(project, port, click.echo) as running:
            click.echo(development.greeting(project, running))
            status = development.wait(running, parent=parent)
    except KeyboardInterrupt:
        click.echo("\nStopped.")
        return
    if status:
        raise UsageError(f"The server ended with status {status}; what it printed above says why.")


@click.command()
@click.option("--sub", required=True, help="Whose token: the user id that becomes the owner of rows.")
@click.option(
    "--ttl",
    default=86400,
    show_default=True,
    type=click.IntRange(1),
    help="Seconds until it expires; the service takes AUTH_MAX_LIFETIME at most.",
)
@click.option(
    "--claim",
    multiple=True,
    metavar="NAME=VALUE",
    help="Something else that it says: org_id=acme. May be given again.",
)
@click.option("--scope", multiple=True, help="What the user may do: tasks:write. May be given again.")
@told
def token(sub: str, ttl: int, claim: tuple[str, ...], scope: tuple[str, ...]) -> None:
    """Print a development token.

    It is signed with BETTER_AUTH_SECRET or, where that is not set, with the secret of `freehold dev`.

    \b
    Example:
      curl -H "Authorization: Bearer $(freehold token --sub alice)" http://127.0.0.1:8000/api/tasks
      freehold token --sub alice --claim org_id=acme --scope tasks:write
    """
    from freehold.workbench import development_tokens

    claims = dict(map(_pair, claim)) | ({"scope": " ".join(scope)} if scope else {})
    click.echo(development_tokens.sign(environment.secret(current_project()), sub, ttl, claims))


def _pair(claim: str) -> tuple[str, str]:
    name, sign, value = claim.partition("=")
    if not (name and sign and value):
        raise UsageError(f"{claim!r} is no claim: write --claim org_id=acme.")
    return name, value
