"""`freehold init`: a new project."""

from pathlib import Path

import click

from freehold.cli.output import told

_NEXT = """
  cd {folder}
  make test    sets everything up, and lets two users try to meet
  make dev     the service with a database, and a request to paste
"""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@told
def init(folder: Path) -> None:
    """Make a new project in DIR, which passes its own tests at once.

    It gets a contract with one owned resource, the service, a migration, tests with two users, an example of
    an override, and a Makefile. Nothing that is there is overwritten.

    \b
    Example:
      freehold init shop && cd shop && make test
    """
    from freehold import scaffold

    made = scaffold.create(folder)
    click.echo(f"wrote    {folder}/, a project with the contract {made.project.contract.name}. Next:")
    click.echo(_NEXT.format(folder=folder), nl=False)
