"""The command `freehold completion`: print the completion script of a shell."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from freehold.ground.problems import ContractError, ExternalError, UsageError
from freehold.ground.project import current_project

_COMPLETION_VARIABLE = "_FREEHOLD_COMPLETE"  # click derives this name from the command's


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    It completes commands, options and the ids of operations. Load it in the start-up file of the shell:
    ~/.bashrc, ~/.zshrc after compinit or, for fish, a file of its own.

    \b
    Example:
      eval "$(freehold completion bash)"        in ~/.bashrc
      eval "$(freehold completion zsh)"         in ~/.zshrc
      freehold completion fish > ~/.config/fish/completions/freehold.fish
    """
    completion_class = get_completion_class(shell)
    assert completion_class is not None  # noqa: S101 - click has checked the choice
    click.echo(completion_class(context.find_root().command, {}, "freehold", _COMPLETION_VARIABLE).source())


def operation_ids(_: click.Context, __: click.Parameter, prefix: str) -> list[CompletionItem]:
    """Complete the operationIds of the contract; none when the contract is missing or wrong."""
    from freehold.workbench import operation_details

    try:
        return [
            CompletionItem(name)
            for name in operation_details.operation_ids(current_project())
            if name.startswith(prefix)
        ]
    except (ContractError, ExternalError, UsageError):
        return []
