"""Lets `breakpoint()` work under `freehold dev`: the debugger reads from the terminal of the command."""

import os
import signal
import sys
from typing import Any

_VARIABLE = "PYTHONBREAKPOINT"


def install() -> None:
    """Prepare the process of the service for a debugger. A hook of your own in PYTHONBREAKPOINT stays."""
    if _VARIABLE not in os.environ:
        sys.breakpointhook = _debug if sys.stdin.isatty() else _skip


def _debug(*_args: Any, **_kwargs: Any) -> None:
    """Start the debugger at the caller. SIGTERM ends the process then: while it waits, no handler runs."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    import pdb  # noqa: PLC0415 - when it is asked for

    debugger = pdb.Pdb()
    debugger.set_trace(sys._getframe(1))


def _skip(*_args: Any, **_kwargs: Any) -> None:
    """Go on: without a terminal, a debugger would read the end of its input and raise BdbQuit."""
    frame = sys._getframe(1)
    place = f"{os.path.relpath(frame.f_code.co_filename)}:{frame.f_lineno}"
    print(f"{place}: breakpoint() was skipped, because `freehold dev` has no terminal.", file=sys.stderr)
