"""The operations of items that have files."""

from uuid import UUID

from starlette.datastructures import MutableHeaders
from typing_extensions import override

from generated.item_publics import repository
from generated.runtime import Download, Upload
from generated.schemas import FileInfo, ItemsAttachFilesRequest

_PICTURE = "<svg xmlns='http://www.w3.org/2000/svg'><title>{}</title></svg>"


def _info(upload: Upload) -> FileInfo:
    return FileInfo(name=upload.filename, media_type=upload.media_type, size=upload.size)


class ItemPublicRepository(repository.ItemPublicRepository):
    """The items of one owner, with their files."""

    @override
    async def items_export_items(
        self, *, titles: list[str] | None, from_: int, x_separator: str, response_headers: MutableHeaders
    ) -> str:
        page = await self.items_read_items(skip=from_, limit=100)
        rows = [item for item in page.data if titles is None or item.title in titles]
        response_headers["X-Total-Count"] = str(len(rows))
        lines = [x_separator.join((str(item.id), item.title)) for item in rows]
        return "".join(f"{line}\r\n" for line in lines)

    @override
    async def items_read_picture(self, id: UUID) -> bytes | Download:
        item = await self.items_read_item(id)
        if item.title == "plain":
            return b"\x89PNG"
        return Download(_PICTURE.format(id).encode(), "image/svg+xml", filename=f"{item.title}.svg")

    @override
    async def items_replace_picture(self, id: UUID, file: Upload) -> FileInfo:
        await self.items_read_item(id)
        pieces = [len(piece) async for piece in file]
        return FileInfo(media_type=file.media_type, size=sum(pieces))

    @override
    async def items_attach_files(self, id: UUID, item_public: ItemsAttachFilesRequest) -> list[FileInfo]:
        item = await self.items_read_item(id)
        infos = [_info(upload) for upload in item_public.files]
        note = FileInfo(name=item.title, media_type=str(item_public.note), size=sum(item_public.places))
        return [*infos, note]
