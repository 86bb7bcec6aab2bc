"""The operations that belong to no resource."""

from typing_extensions import override

from generated.operations import methods
from generated.schemas import ReadStatsResponse, ReadStatsWhere, ReadStatsWithin


class Operations(methods.Operations):
    """What the caller can do besides the operations of notes."""

    @override
    async def read_stats(self, *, within: ReadStatsWithin, where: ReadStatsWhere | None) -> ReadStatsResponse:
        asked = within.model_dump(mode="json", by_alias=True)
        return ReadStatsResponse(asked={**asked, "title": where.title if where else None})
