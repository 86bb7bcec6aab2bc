"""Writes the head and the body of a response at once: uvicorn's two writes are two calls of the system."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_LARGEST_COPY = 65_536  # bytes: to join more takes longer than a second write


class JoinedWrites:
    """The transport of one response. It keeps the head until the body follows, if the length is declared.

    Such a body follows at once. The head of a stream, which may wait for its first part, is not kept.
    """

    __slots__ = ("_cycle", "_has_begun", "_head", "_transport")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._transport: asyncio.Transport = cycle.transport
        self._head = b""
        self._has_begun = False

    def write(self, data: bytes) -> None:
        """Write a part of the response, or keep its head."""
        if self._head:
            head, self._head = self._head, b""
            if len(data) <= _LARGEST_COPY:
                data = head + data
            else:
                self._transport.write(head)
        elif self._cycle.response_started and not self._has_begun:
            self._has_begun = True
            if self._cycle.chunked_encoding is False and self._cycle.scope["method"] != "HEAD":
                self._head = data
                return
        self._transport.write(data)

    def close(self) -> None:
        """Close the connection when everything has been sent, also a head whose body has failed."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection is closing."""
        return self._transport.is_closing()


def join_writes(cycle: RequestResponseCycle) -> None:
    """Make a response that has not begun join its writes."""
    cycle.transport = cast("Any", JoinedWrites(cycle))
