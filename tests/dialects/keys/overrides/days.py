"""Days that can be forgotten: their rows are kept, and no operation shows them."""

from sqlalchemy import ColumnElement
from typing_extensions import override

from generated.days import repository
from generated.days.table import DayRow


class DayRepository(repository.DayRepository):
    """The days of one owner."""

    @override
    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        return DayRow.mood != "forgotten"
