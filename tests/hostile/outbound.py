"""Records every address that a process connects to or resolves."""

import os
from dataclasses import dataclass
from pathlib import Path

_LISTENER = """
import os, sys
sys.modules["uvloop"] = None  # it connects past Python, and so past those who listen
_calls = os.open({file!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def _listen(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        os.write(_calls, f"{{arguments[1]}}\\n".encode())
    elif event.startswith("socket.get") and event != "socket.gethostname":
        os.write(_calls, f"{{event}} {{arguments[:2]}}\\n".encode())
sys.addaudithook(_listen)
"""


@dataclass(frozen=True)
class Outbound:
    """The record of a Python process."""

    folder: Path

    def settings(self) -> dict[str, str]:
        """The environment variables of the process."""
        (self.folder / "sitecustomize.py").write_text(_LISTENER.format(file=str(self._ledger)), "utf-8")
        return {"PYTHONPATH": os.pathsep.join([str(self.folder), os.environ.get("PYTHONPATH", "")])}

    @property
    def _ledger(self) -> Path:
        return self.folder / "calls"

    def calls(self) -> list[str]:
        """The addresses so far, in order."""
        return self._ledger.read_text("utf-8").splitlines() if self._ledger.exists() else []
