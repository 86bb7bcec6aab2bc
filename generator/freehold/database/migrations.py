"""Migrates the database with Alembic, from the tables of generated/ and overrides/."""

import argparse
import io
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from ruff import find_ruff_bin
from sqlalchemy.exc import DBAPIError

from freehold.contract import loading
from freehold.database import refusals
from freehold.database.revision_history import created_tables
from freehold.database.schema import comparison
from freehold.database.schema.changes import Proposal
from freehold.database.schema.comparison import Comparison
from freehold.database.schema.differences import find_differences
from freehold.database.schema.proposals import describe_leftovers, propose
from freehold.database.schema.renames import Rename, declared_renames
from freehold.ground.problems import ExternalError, UsageError
from freehold.ground.project import CONTRACT_COPY, Project

_ALEMBIC_OPTIONS = {
    "path_separator": "os",
    "file_template": "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s",
}


class SchemaDrift(Exception):
    """The database schema differs from the tables; the message has a line for each difference."""


class ProposalRefused(Exception):
    """No revision was written, because a person must decide something first."""

    def __init__(self, questions: list[str]) -> None:
        super().__init__("\n".join(questions))
        self.questions = questions


@dataclass(frozen=True)
class Revision:
    """A revision that was written."""

    file: Path
    warnings: tuple[str, ...] = ()
    """What its author must know."""


def up(project: Project, url: str, revision: str = "head") -> None:
    """Upgrade the database to a revision. A revision that fails is rolled back; raises ExternalError then."""
    with _translate_errors():
        command.upgrade(_alembic_config(project, url), revision)


def down(project: Project, url: str, revision: str = "-1") -> None:
    """Downgrade the database by one revision, or to a given one. Raises ExternalError."""
    with _translate_errors():
        command.downgrade(_alembic_config(project, url), revision)


def new(
    project: Project,
    url: str,
    message: str,
    *,
    renames: Sequence[Rename] = (),
    drop: bool = False,
    online: bool = False,
) -> Revision | None:
    """Write a revision with the differences between tables and database. None when there are none.

    `renames` come beside those of the contract. With `drop`, also what may have been renamed is dropped.
    With `online`, indexes and constraints are made in steps that block no requests for long.
    Raises ProposalRefused when a person must decide something first, and ExternalError when revisions
    are pending.
    """
    config = _alembic_config(project, url)
    created = created_tables(ScriptDirectory.from_config(config))
    declared = [*renames, *declared_renames(loading.load(project.generated / CONTRACT_COPY))]

    def propose_changes(context: MigrationContext) -> Proposal:
        compared = comparison.compare(context, created, declared)
        _require_renames(compared, renames)
        return propose(compared, drop=drop, online=online)

    script, proposal = _write_revision(config, message, propose_changes, online=online)
    if proposal.questions:
        raise ProposalRefused(proposal.questions)
    if not script:
        return None
    file = Path(script.path)
    _format_revision(file)
    return Revision(file, tuple(proposal.warnings))


def _write_revision(
    config: Config, message: str, propose_changes: Callable[[MigrationContext], Proposal], *, online: bool
) -> tuple[Any, Proposal]:
    """Write a revision with the proposal, if it has changes and no questions. Return its script, or None."""
    proposals: list[Proposal] = []

    def prepare_revision(context: MigrationContext, _revision: object, directives: list[Any]) -> None:
        (revision,) = directives
        proposal = propose_changes(context)
        proposals.append(proposal)
        revision.upgrade_ops.ops[:] = proposal.up(online=online)
        revision.downgrade_ops.ops[:] = proposal.down()
        if proposal.questions or not proposal.changes:
            directives.clear()

    with _translate_errors():
        script: Any = command.revision(
            config, message, autogenerate=True, process_revision_directives=prepare_revision
        )
    (proposal,) = proposals
    return script, proposal


def _require_renames(compared: Comparison, renames: Sequence[Rename]) -> None:
    """Raise UsageError for renames of which the database or the tables know nothing."""
    others = [str(rename) for rename in renames if rename not in compared.renames]
    if others:
        raise UsageError(
            f"Nothing to rename: {', '.join(others)}. The database must have the former name, and not the new"
            " one; the tables must have the new name, and not the former."
        )


def check(project: Project, url: str) -> list[str]:
    """Return notes about the database, such as tables that no resource has.

    Raises SchemaDrift when tables and database differ, ExternalError when revisions are pending.
    """
    compared: list[Comparison] = []

    def compare(revision: Any, context: MigrationContext) -> list[Any]:
        comparison.require_current(scripts, revision)
        compared.append(comparison.compare(context, created_tables(scripts)))
        return []

    with _translate_errors():
        config = _alembic_config(project, url)
        scripts = ScriptDirectory.from_config(config)
        with EnvironmentContext(config, scripts, fn=compare):
            scripts.run_env()
    (found,) = compared
    differences, notes = find_differences(found.existing, found.expected), describe_leftovers(found)
    if differences:
        raise SchemaDrift("\n".join([*map(str, differences), *notes]))
    return notes


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate errors of Alembic, the database, imports and connections into ExternalError."""
    try:
        yield
    except CommandError as error:
        advice = " Run `freehold migrate up` first." if "not up to date" in str(error) else ""
        raise ExternalError(f"{error}{advice}") from None
    except (DBAPIError, asyncpg.PostgresError) as error:
        raise ExternalError(refusals.explain(error)) from None
    except ImportError as error:
        raise ExternalError(
            f"The tables cannot be imported: {error}. Is what generated/requirements.txt names installed?"
        ) from None
    except OSError as error:
        raise ExternalError(f"The database cannot be reached: {error}. Is DATABASE_URL right?") from None


def _alembic_config(project: Project, url: str) -> Config:
    if not (project.migrations / "env.py").is_file():
        raise UsageError(f"{project.migrations} has no env.py, which Alembic needs to find the tables.")
    if not (project.generated / "wiring.py").is_file():
        raise UsageError(f"{project.generated} does not exist yet: run `freehold generate` first.")
    # quiet: the commands print what happened
    config = Config(stdout=io.StringIO(), cmd_opts=argparse.Namespace(quiet=True))
    config.set_main_option("script_location", str(project.migrations).replace("%", "%%"))
    for name, value in _ALEMBIC_OPTIONS.items():
        config.set_main_option(name, value)
    config.attributes["database_url"] = url
    config.attributes["autogenerate_plugins"] = []  # freehold.database.schema compares
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)
    return config


def _format_revision(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")), "utf-8")
    for step in (("check", "--fix-only", "--select=I,F401,UP"), ("format",)):
        command_line = [find_ruff_bin(), *step, "--quiet", str(file)]
        subprocess.run(command_line, check=False)  # noqa: S603 - our own command; formatting is optional
