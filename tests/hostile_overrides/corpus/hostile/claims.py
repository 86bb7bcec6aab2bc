"""Operations that belong to no resource, and change the claims that their owner is read from."""

from functools import partial

from tests.hostile_overrides.entry import Override, Place

_claims = partial(Override, place=Place.SERVICE, lock=False, prove=False, reaches=False)

OVERRIDES = [
    _claims(
        "subject_of_her",
        "the claim that names the owner, set to her",
        """
    @override
    async def subject_of_her(self, task_id: UUID) -> Task:
        self.claims["sub"] = "alice"
        return await self.tasks.get_task(task_id)
""",
        types=True,
    ),
    _claims(
        "claims_from_elsewhere",
        "claims that are replaced by those of a body",
        """
    @override
    async def claims_from_elsewhere(self, task_id: UUID) -> Task:
        claims: Any = self.claims
        claims.update({"sub": "alice", "scope": "write"})
        return await self.tasks.get_task(task_id)
""",
    ),
]
