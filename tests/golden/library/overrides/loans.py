"""Loans that can be extended."""

import datetime as dt
from typing import Literal
from uuid import UUID

from sqlalchemy import Integer, Update, bindparam
from typing_extensions import override

from generated.loans import repository
from generated.loans.table import LoanRow
from generated.runtime import statement
from generated.schemas import Loan, LoanExtension


class LoanRepository(repository.LoanRepository):
    """The loans of one owner."""

    @statement
    def _extend_loan(cls) -> Update:
        return cls._update_one(
            {LoanRow.due_on: LoanRow.due_on + bindparam("days", type_=Integer, required=True)}
        )

    @override
    async def extend_loan(
        self,
        loan_id: UUID,
        loan: LoanExtension,
        *,
        notify: bool,
        channel: Literal["email", "sms"],
        date: dt.date | None,
    ) -> Loan:
        return await self._fetch(self._extend_loan(), loan_id, days=loan.days)
