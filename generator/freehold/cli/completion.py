"""`freehold completion`: the script by which a shell knows the commands."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from freehold.ground.problems import ContractError, ExternalError, UsageError
from freehold.ground.project import current_project

_VARIABLE = "_FREEHOLD_COMPLETE"  # click looks for it when the command is called `freehold`


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes what you type.

    It knows commands, options and the ids of operations. It goes into the file that the
    shell reads when it starts: ~/.bashrc, ~/.zshrc after compinit or, for fish, a file of its own.

    \b
    Example:
      eval "$(freehold completion bash)"        in ~/.bashrc
      eval "$(freehold completion zsh)"         in ~/.zshrc
      freehold completion fish > ~/.config/fish/completions/freehold.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - it is one of the three
    click.echo(kind(context.find_root().command, {}, "freehold", _VARIABLE).source())


def operation_ids(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The operations of the contract that begin so; none where there is no contract, or a wrong one."""
    from freehold.workbench import operation_details

    try:
        return [
            CompletionItem(name)
            for name in operation_details.names(current_project())
            if name.startswith(begun)
        ]
    except (ContractError, ExternalError, UsageError):
        return []
