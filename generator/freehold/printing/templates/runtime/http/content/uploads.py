"""Files that clients send: checked against a limit, and kept outside of memory where they are large."""

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from pydantic_core import CoreSchema, core_schema
from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request

from .request_bodies import body_chunks

_PIECE = 65_536  # bytes
_IN_MEMORY = 1_048_576  # bytes: what is larger is kept in a temporary file


class Upload:
    """A file that a client has sent, up to MAX_UPLOAD_BYTES.

    It can be read as often as necessary, whole or in pieces.
    Example: `async def attach_file(self, task_id: UUID, file: Upload) -> None: await file.read()`
    """

    def __init__(self, file: UploadFile) -> None:
        self._file = file

    @property
    def filename(self) -> str:
        """The name that the client gives it, which is no safe path; empty if there is none."""
        return self._file.filename or ""

    @property
    def media_type(self) -> str:
        """The media type that the client says. Nothing has checked that the content is of this type."""
        return self._file.content_type or "application/octet-stream"

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self._file.size or 0

    async def read(self) -> bytes:
        """The whole content."""
        await self._file.seek(0)
        return await self._file.read()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The content in pieces."""
        await self._file.seek(0)
        while piece := await self._file.read(_PIECE):
            yield piece

    async def close(self) -> None:
        """Delete the content. The service does it when the request has been answered."""
        await self._file.close()

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> CoreSchema:
        """A field of this type holds an upload as it is."""
        return core_schema.is_instance_schema(cls)


async def read_upload(request: Request) -> Upload:
    """Read a body that is a file. Raises ContentTooLarge or ClientDisconnect."""
    media_type = request.headers.get("Content-Type", "application/octet-stream")
    spooled = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the route closes it
    file = UploadFile(cast("BinaryIO", spooled), size=0, headers=Headers({"content-type": media_type}))
    try:
        async for chunk in body_chunks(request, request.app.state.max_upload_bytes):
            await file.write(chunk)
    except BaseException:
        await file.close()
        raise
    return Upload(file)
