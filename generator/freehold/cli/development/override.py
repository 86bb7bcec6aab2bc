"""The command `freehold override`: begin the override of an operation."""

import click

from freehold.cli.console import handle_errors, progress
from freehold.cli.development.completion import operation_ids
from freehold.ground.project import current_project
from freehold.overrides.override_modules import relative_path
from freehold.workbench import override_stubs


@click.command()
@click.argument("operation", shell_complete=operation_ids)
@handle_errors
def override(operation: str) -> None:
    """Begin the override of an operation.

    Creates the module of its resource in overrides/, with the class and the method. A module that exists is
    never changed: then the method to paste is printed, with the imports that it needs.

    \b
    Example:
      freehold override completeTask
    """
    with progress("Reading the contract ..."):
        begun = override_stubs.begin(current_project(), operation)
    stub, file = begun.stub, relative_path(begun.stub.file)
    if not begun.file_exists:
        click.echo(f"wrote    {file}\nWrite the method, then run `freehold generate`.")
    elif begun.written_at:
        click.echo(f"{operation} is written already: {file}:{begun.written_at}")
    elif begun.class_exists:
        click.echo(f"{file} exists and stays as it is. Add to class {stub.class_name}:\n\n{stub.method}")
        click.echo(f"It needs these imports:\n\n{stub.imports}")
    else:
        click.echo(f"{file} exists and stays as it is. Add to it:\n\n{stub.imports}\n\n")
        click.echo(f"{stub.class_lines}\n\n{stub.method}", nl=False)
