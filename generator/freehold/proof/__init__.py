"""Proves with PostgreSQL's own grammar that each statement of a service reaches rows of its owner only."""

from freehold.ground.project import Project
from freehold.proof.entries import Entry, Report, Verdict

__all__ = ["Entry", "Report", "Verdict", "prove"]


def prove(project: Project) -> Report:
    """Judge every statement of a project, and list what cannot be judged.

    Raises ContractError when the contract is wrong, and UsageError when the service cannot be imported or the
    parser is not installed (`pip install 'freehold[prove]'`).
    """
    from freehold.proof import report  # the process that collects the statements does not need it

    return report.prove(project)
