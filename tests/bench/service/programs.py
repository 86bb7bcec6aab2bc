"""What is measured: Freehold, and programs that serve the same API, each with how it is started."""

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
BENCH = ROOT / "tests" / "bench"
PEERS = BENCH / "peers"
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
FREEHOLD = "freehold"
LIMIT = "asgi_asyncpg"


@dataclass(frozen=True)
class Program:
    """A server: its name in the tables, what it is, and the command that starts it."""

    name: str
    title: str
    command: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    """The project that `python -m generated` is run in, when it is Freehold."""
    warm_up: int = 0
    """Requests of each operation that a compiler needs to see before the program is at its speed."""

    @property
    def missing(self) -> str | None:
        """Why it cannot run here, or None."""
        if shutil.which(self.command[0]) is None:
            return f"{Path(self.command[0]).name} is not installed"
        return None


def freehold(name: str, title: str, folder: Path, python: str = sys.executable, **settings: str) -> Program:
    """The service of a project, with one worker; `settings` in capitals."""
    environment = {"PYTHONPATH": str(folder), "WORKERS": "1", **settings}
    if (folder / "generated" / "__main__.py").exists():
        module: tuple[str, ...] = ("generated",)
    else:  # a revision from before `python -m generated`
        module = ("uvicorn", "generated.app:app", "--no-access-log", "--log-level", "warning")
    return Program(name, title, (python, "-m", *module), environment, folder)


def _python(module: str, title: str) -> Program:
    options = ("--app-dir", str(PEERS), "--no-access-log", "--log-level", "warning")
    loop = ("--loop", "uvloop", "--http", "httptools")
    command = (str(PEERS_PYTHON), "-m", "uvicorn", f"{module}:app", *options, *loop)
    return Program(module, title, command)


def _node(module: str, title: str) -> Program:
    command, settings = ("node", str(PEERS / f"{module}.js")), {"NODE_ENV": "production"}
    return Program(module, title, command, settings, warm_up=4000)


PROGRAMS = (
    freehold(FREEHOLD, "Freehold, defaults (request log on)", ROOT),
    freehold("freehold_no_log", "Freehold, LOG_REQUESTS=false", ROOT, LOG_REQUESTS="false"),
    _python("sqlmodel_session", "FastAPI + SQLModel, async session"),
    _python("fastapi_asyncpg", "FastAPI + asyncpg by hand"),
    _python("litestar_asyncpg", "Litestar + asyncpg + msgspec"),
    _node("fastify_pg", "Fastify + pg"),
    _python(LIMIT, "bare ASGI + asyncpg, JSON made by PostgreSQL: the limit"),
)
