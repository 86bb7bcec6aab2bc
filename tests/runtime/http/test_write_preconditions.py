"""A precondition that an operation does not declare is found on whichever line it is sent (RFC 9110, 5.3)."""

from collections.abc import Sequence

import pytest
from starlette.requests import Request

from generated.runtime.http.preconditions import UnsupportedPrecondition, WritePreconditions

Lines = Sequence[tuple[str, str]]
PASSED: list[Lines] = [
    [], [("If-Match", "*")], [("If-Match", " * ")], [("If-Match", "*"), ("If-Match", "*")],
    [("If-None-Match", '"*"')], [("If-None-Match", '"a", W/"*"')],
    [("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")],
]  # fmt: skip
REJECTED: list[Lines] = [
    [("If-Match", '"7"')], [("If-Match", "")], [("If-Match", "*"), ("If-Match", '"7"')],
    [("If-Match", '*, "7"')], [("If-None-Match", "*")], [("If-None-Match", '"a"'), ("If-None-Match", "*")],
    [("If-None-Match", '"a", *')], [("if-unmodified-since", "yesterday")],
    [("If-None-Match", '"1"')], [("If-None-Match", '"a", W/"12"')],
]  # fmt: skip


def check(lines: Lines, *, method: str = "PUT", declared: Sequence[str] = ()) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in lines]
    request = Request({"type": "http", "method": method, "headers": headers})
    WritePreconditions([method], declared).check(request)


@pytest.mark.parametrize("lines", PASSED, ids=repr)
def test_a_condition_that_every_row_meets_passes(lines: Lines) -> None:
    check(lines)


@pytest.mark.parametrize("lines", REJECTED, ids=repr)
def test_a_condition_that_a_row_may_not_meet_is_rejected(lines: Lines) -> None:
    with pytest.raises(UnsupportedPrecondition):
        check(lines)

    check(lines, method="GET")
    check(lines, declared=["IF-MATCH", "If-None-Match", "If-Unmodified-Since"])
