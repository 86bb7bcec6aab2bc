"""The operations that belong to no resource."""

from decimal import Decimal

from typing_extensions import override

from generated.operations import methods
from generated.schemas import (
    ItemCreate,
    ItemPublic,
    LoginForm,
    Token,
    UserPublic,
    UtilsGreetingResponse,
    UtilsHealthCheckResponse,
)


class Operations(methods.Operations):
    """What the caller can do besides the operations of items."""

    @override
    async def users_read_user_me(self) -> UserPublic:
        page = await self.item_publics.items_read_items(skip=0, limit=1)
        return UserPublic(id=self.owner, item_count=page.count)

    @override
    async def items_import_items(
        self, prefix: str, body: ItemCreate, *, copies: int, worth: Decimal, label: str
    ) -> list[ItemPublic]:
        async with self.transaction() as service:
            new = {"title": f"{prefix} {body.title}"[:255], "discount": worth, "description": label[:255]}
            titled = body.model_copy(update=new)
            return [await service.item_publics.items_create_item(titled) for _ in range(copies)]

    @override
    async def utils_greeting(self) -> UtilsGreetingResponse:
        if not self.has_caller:
            return UtilsGreetingResponse(message="Who are you?")
        page = await self.item_publics.items_read_items(skip=0, limit=1)
        return UtilsGreetingResponse(message=f"{page.count} items")

    @override
    async def login_login_access_token(self, body: LoginForm) -> Token:
        return Token(access_token=f"{body.username} {body.scope}".strip(), token_type="bearer")

    @override
    async def utils_health_check(self) -> UtilsHealthCheckResponse:
        return True
