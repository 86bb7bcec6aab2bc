"""The operations that belong to no resource."""

from typing_extensions import override

from generated.operations import methods
from generated.schemas import (
    BodyLoginAccessToken,
    List,
    ReadStatsResponse,
    ReadStatsWhere,
    ReadStatsWithin,
)


class Operations(methods.Operations):
    """What the caller can do besides the operations of notes."""

    @override
    async def read_stats(self, *, within: ReadStatsWithin, where: ReadStatsWhere | None) -> ReadStatsResponse:
        asked = within.model_dump(mode="json", by_alias=True)
        return ReadStatsResponse(asked={**asked, "title": where.title if where else None})

    @override
    async def login(self, body: BodyLoginAccessToken) -> List:
        return List.model_validate({"class": body.username, "_links": {"@id": "1", "self": body.from_}})
