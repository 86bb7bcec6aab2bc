"""Content that is not JSON is sandboxed, and is of a declared media type."""

from collections.abc import AsyncIterator

import pytest

from generated.runtime.http.content.downloads import Download, content_response


async def _pieces() -> AsyncIterator[bytes]:
    yield b"x"


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "TEXT/HTML",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xml",
        "application/octet-stream",
    ],
)
@pytest.mark.parametrize("filename", ["", "a.txt"])
def test_scripts_in_content_do_not_act_for_the_user(kind: str, filename: str) -> None:
    for content in ("<script>", b"<script>", _pieces()):
        response = content_response(Download(content, filename=filename), kind)

        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.headers["Content-Type"].startswith(kind)


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("", "text/csv"),
        ("text/csv", "text/csv"),
        ("Text/CSV", "text/csv"),
        ("text/csv", "TEXT/CSV; charset=utf-8"),
        ("text/csv; header=present", "text/csv"),
        ("image/png", "image/*"),
        ("image/png", "*/*"),
    ],
)
def test_a_declared_media_type_is_sent(kind: str, declared: str) -> None:
    response = content_response(Download(b"x", kind), "application/zip", declared)

    assert response.headers["Content-Type"].startswith(kind or "application/zip")


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (["*/*"], "application/octet-stream"),
        (["application/*"], "application/octet-stream"),
        (["text/*"], "text/plain; charset=utf-8"),
        (["*/*", "text/csv"], "text/csv; charset=utf-8"),
        (["image/*", "*/*;charset=UTF-8"], "application/octet-stream"),
    ],
)
def test_content_of_no_known_kind_is_of_a_declared_range(declared: list[str], kind: str) -> None:
    assert content_response("x", *declared).headers["Content-Type"] == kind


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("text/html", "text/csv"),
        ("text/html", "image/*"),
        ("text", "text/*"),
        ("text/", "text/*"),
        ("html", "*/*"),
        ("text/csv; a=\r\nSet-Cookie: a=b", "text/csv"),
        ("", "image/*"),
    ],
)
def test_another_media_type_is_an_error(kind: str, declared: str) -> None:
    with pytest.raises(ValueError, match="is not declared"):
        content_response(Download("x", kind), declared)
