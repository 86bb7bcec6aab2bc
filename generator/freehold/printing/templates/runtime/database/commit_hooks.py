"""Functions that run once what an operation has changed is committed: a mail, a message to a queue.

They run in a task of their own, in the order in which they were added, and do not delay the response. A
function that fails is logged and changes nothing else. A process that is killed loses those that wait: what
must not be lost belongs into a table, in the same transaction.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from starlette.requests import Request

from ..event_log import describe_exception
from ..http.contract_route import AFTER_OPERATION
from ..identity.bearer_tokens import verified_claims
from ..identity.token_verifier import Claims

_log = logging.getLogger(__name__)

_CLOSE_TIMEOUT = 10.0  # seconds for the functions that still run at shutdown

CommitHook: TypeAlias = Callable[[], Awaitable[object] | None]
"""A function without arguments; what it returns is awaited if it is awaitable."""


class CommitHooks:
    """Runs the functions of committed transactions."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, hooks: Sequence[CommitHook]) -> None:
        """Run functions one after the other, in a task of their own."""
        if hooks:
            task = asyncio.create_task(_run(hooks))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for the functions that run, and for those that they start; cancel what takes too long."""
        deadline = time.monotonic() + _CLOSE_TIMEOUT
        while self._tasks and (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        for task in self._tasks:
            _log.error("after_commit_failed: canceled at shutdown")
            task.cancel()


async def _run(hooks: Sequence[CommitHook]) -> None:
    for hook in hooks:
        try:
            result = hook()
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - it is committed: only the function has failed
            _log.error("after_commit_failed: %s", describe_exception(error))
            _log.debug("after_commit_failed", exc_info=error)


NO_REQUEST: Final = None
"""The request of a job."""


def claims_of(request: Request | None) -> Claims | None:
    """The verified claims of the token of a request, or None without one."""
    return verified_claims(request) if request is not None else None


def operation_hooks(request: Request | None) -> list[Callable[[], None]] | None:
    """What runs when the operation has succeeded, or None outside of an operation of the contract."""
    hooks: list[Callable[[], None]] | None = None
    if request is not None:
        hooks = request.scope["state"].get(AFTER_OPERATION)
    return hooks
