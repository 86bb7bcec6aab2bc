"""Drafts that their owners have hidden are in no answer, also not in one to the owner."""

from sqlalchemy import ColumnElement
from typing_extensions import override

from generated.drafts import repository
from generated.drafts.table import DraftRow


class DraftRepository(repository.DraftRepository):
    """Drafts that are not hidden."""

    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return DraftRow.hidden.is_(False)
