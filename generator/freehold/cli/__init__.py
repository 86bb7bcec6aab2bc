"""The command `freehold`: prints what happened, sets the exit code, decides nothing.

0: fine. 1: the thing that was checked does not hold. 2: wrong use. 70: a fault of Freehold itself.
"""

from platform import python_version

import click

from freehold import console
from freehold.cli.completing import completion
from freehold.cli.explaining import explain
from freehold.cli.generating import check, generate
from freehold.cli.migrating import migrate
from freehold.cli.serving import dev, token
from freehold.cli.starting import init


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    None,
    "-V",
    "--version",
    package_name="freehold",
    message=f"%(prog)s %(version)s, Python {python_version()}",
)
@click.pass_context
def main(context: click.Context) -> None:
    """Turn an OpenAPI contract into a service in which no user reaches another user's rows.

    \b
    Example:
      freehold init shop                    a new project
      freehold dev                          run the service, with a database
      freehold check                        is generated/ what the contract says?
      freehold generate                     make it so; --watch does at each change
      freehold explain                      which operations there are, and their SQL
      freehold explain FH305                what a problem means
      freehold migrate new -m "Priority"    propose a migration for what changed
      freehold migrate up                   and run it
    """
    console.prepare(context)


for _command in (init, generate, check, explain, dev, token, migrate, completion):
    main.add_command(_command)
