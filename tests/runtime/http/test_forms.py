"""Forms with files: their texts are UTF-8 and limited together, and few files are kept in memory."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from generated.runtime.http.content.forms import MalformedForm, read_form
from generated.runtime.http.content.request_bodies import ContentTooLarge
from generated.runtime.http.content.uploads import Upload

LIMIT = 100_000  # bytes of texts
Part = tuple[bytes, bytes]


def text(content: bytes, name: bytes = b"note") -> Part:
    return b'form-data; name="' + name + b'"', content


def file(content: bytes, name: bytes = b"a.txt") -> Part:
    return b'form-data; name="files"; filename="' + name + b'"', content


def read(*parts: Part, parameters: str = "") -> Any:
    """What the service reads of a form, which arrives in pieces."""
    body = b"".join(
        b"--x\r\nContent-Disposition: " + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts
    )
    body += b"--x--\r\n"
    pieces = [body[start : start + 50_000] for start in range(0, len(body), 50_000)]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    state = SimpleNamespace(max_body_bytes=LIMIT, max_upload_bytes=50_000_000)
    kind = f"multipart/form-data; boundary=x{parameters}".encode()
    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"content-type", kind)],
        "app": SimpleNamespace(state=state),
        "state": {},
    }
    return asyncio.run(read_form(Request(scope, receive), "multipart/form-data"))


@pytest.mark.parametrize("count", [1, 2, 60])
def test_the_texts_of_a_form_are_limited_together(count: int) -> None:
    each = b"x" * (LIMIT // count)
    fields = read(*[text(each)] * count, file(b"x" * (2 * LIMIT)))
    asyncio.run(fields["files"][0].close())
    assert len(fields["note"]) == count

    with pytest.raises(ContentTooLarge):
        read(*[text(each)] * count, file(b"x"), text(b"x" * (LIMIT % count + 1)))


@pytest.mark.parametrize(
    "part", [text(b"\xff"), text(b"caf\xe9"), text(b"\xed\xa0\x80"), text(b"x", name=b"\xe9")]
)
@pytest.mark.parametrize("parameters", ["", "; charset=utf-8", "; charset=", '; charset=""'])
def test_a_text_that_is_not_utf_8_is_refused(part: Part, parameters: str) -> None:
    with pytest.raises(MalformedForm):
        read(part, parameters=parameters)


@pytest.mark.parametrize("parameters", ["", "; charset=utf-8", "; charset=", '; charset=""'])
def test_a_text_means_the_same_with_each_way_to_say_utf_8(parameters: str) -> None:
    fields = read(text("größe €".encode()), file(b"\xff", name="größe.bin".encode()), parameters=parameters)

    assert fields["note"] == ["größe €"]
    assert fields["files"][0].filename == "größe.bin"
    assert asyncio.run(fields["files"][0].read()) == b"\xff"
    asyncio.run(fields["files"][0].close())


def test_many_files_are_not_kept_in_memory() -> None:
    fields = read(*[file(b"x" * 500_000)] * 40)

    def in_memory(upload: Upload) -> bool:
        return upload._file._in_memory

    assert sum(map(in_memory, fields["files"])) == 8
    assert {upload.size for upload in fields["files"]} == {500_000}
    for upload in fields["files"]:
        asyncio.run(upload.close())
