"""Proves with PostgreSQL's own grammar that each statement of a service reaches rows of its owner only."""

from freehold.proof.report import Entry, Report, Verdict, prove

__all__ = ["Entry", "Report", "Verdict", "prove"]
