"""For a service with this folder in its PYTHONPATH: names what only a garbage collection would have freed.

From the start of the service on nothing is collected, and when it stops, the types of all objects that a
collection finds go to the file GARBAGE_FILE, one on each line; of a request, with its method and route.
"""

import gc
import os
from pathlib import Path

_freeze, _unfreeze = gc.freeze, gc.unfreeze


def freeze() -> None:
    """What the service calls when it has started."""
    _freeze()
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.set_threshold = _ignore  # the service sets it right after this
    gc.enable = _ignore
    gc.disable()


def unfreeze() -> None:
    """What the service calls when it stops."""
    gc.collect()
    gc.set_debug(0)
    lines = sorted(map(_describe, gc.garbage))
    Path(os.environ["GARBAGE_FILE"]).write_text("\n".join(lines), "utf-8")
    gc.garbage.clear()
    _unfreeze()


def _ignore(*_: int) -> None: ...


def _describe(item: object) -> str:
    name = f"{type(item).__module__}.{type(item).__qualname__}"
    scope = getattr(item, "scope", None)
    route = getattr(scope.get("route"), "path", None) if isinstance(scope, dict) else None
    return f"{name} {scope['method']} {route}" if isinstance(scope, dict) and route else name


gc.freeze, gc.unfreeze = freeze, unfreeze
