"""Generates clients with the commands of the page, and compiles them with strict settings."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.clients import tools
from tests.clients.documents import SAMPLE, served_document
from tests.clients.page import GENERATORS

_AT_ONCE = 2


class Client(NamedTuple):
    """A generator and the name of a contract. The page's example is for the sample."""

    generator: str
    contract: str

    @property
    def folder(self) -> str:
        return f"{self.generator}/{self.contract}"

    @property
    def is_python(self) -> bool:
        return GENERATORS[self.generator].is_python

    @property
    def command(self) -> str:
        """Runs the program that uses the client."""
        if self.is_python:
            return f"python {self.folder}.py"
        options = "--bundle --platform=node --log-level=warning"  # as the build of a front end does
        bundle = f"out/{self.folder}.cjs"
        return f"esbuild {options} --outfile={bundle} {self.folder}.ts && node {bundle}"

    def knows(self, path: Path) -> bool:
        """Whether a path, relative to the workshop, is of this client or of its program."""
        return path.as_posix().startswith((f"{self.folder}/", f"{self.folder}."))


Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs a command line in the workshop, or a folder in it; keywords are environment variables."""
Compile = Callable[[Run, Sequence[Client]], Iterator[tuple[Client, str]]]
"""Compiles clients; yields what the compiler reports of each."""


class Workshop:
    """A folder with generated clients in `GENERATOR/CONTRACT/`, and beside each the program that uses it."""

    def __init__(self, folder: Path, source: Path, programs: Path) -> None:
        """Copies the programs that use the clients. `programs` are the generators and the compilers."""
        self._folder, self._programs = folder, programs
        ignored = shutil.ignore_patterns("node_modules", "__pycache__", "*lock*")
        shutil.copytree(source, folder, ignore=ignored, dirs_exist_ok=True)
        if (source / "node_modules").exists():
            (folder / "node_modules").symlink_to(source / "node_modules")

    def make(self, clients: Sequence[Client], compile_clients: Compile) -> Mapping[Client, list[str]]:
        """Generates and compiles clients, and returns what the generator and the compiler report of each."""
        self._leave_out(clients)
        for contract in sorted({client.contract for client in clients}):
            place = self._folder / "documents" / contract
            place.mkdir(parents=True)
            shutil.copy(served_document(contract, place), self._folder / f"{contract}.json")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            reports = dict(zip(clients, pool.map(self._generate, clients), strict=True))
        for client, report in compile_clients(self.run, clients):
            reports[client].append(report)
        return reports

    def run(self, command: str, place: str = ".", **variables: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command line in a folder of the workshop; keywords are environment variables."""
        return tools.run(command, self._folder / place, self._programs, variables)

    def _leave_out(self, clients: Sequence[Client]) -> None:
        """Removes the programs of other clients, which could not be compiled."""
        for generator in GENERATORS:
            for program in (self._folder / generator).glob("*.*"):
                if Client(generator, program.stem) not in clients:
                    program.unlink()

    def _generate(self, client: Client) -> list[str]:
        generator, folder = GENERATORS[client.generator], self._folder / client.folder
        (folder / "src").mkdir(parents=True)
        generator.write_files(folder, with_examples=client.contract == SAMPLE)
        shutil.copy(self._folder / f"{client.contract}.json", folder / "openapi.json")
        done = [self.run(command, client.folder) for command in generator.commands]
        return [result.stdout + result.stderr for result in done if result.returncode != 0]


def compile_typescript(run: Run, clients: Sequence[Client]) -> Iterator[tuple[Client, str]]:
    """Type-checks all clients and their programs at once."""
    done = run("tsc --pretty false")
    for line in done.stdout.splitlines():
        path = Path(line.partition("(")[0])
        yield from ((client, line) for client in clients if client.knows(path))
    assert done.returncode == 0 or "error TS" in done.stdout, done.stdout + done.stderr


def compile_python(run: Run, clients: Sequence[Client]) -> Iterator[tuple[Client, str]]:
    """Type-checks each client with its program: the packages of two may have one name."""
    for client in clients:
        command = f"mypy --config-file ../../mypy.ini --cache-dir ../../.mypy_cache ../{client.contract}.py"
        command += (
            " $(ls -d tasks_*/ 2>/dev/null || true)"  # the package, where it is not in a project of its own
        )
        done = run(command, client.folder, MYPYPATH=".:client:../..")
        if done.returncode != 0:
            yield client, done.stdout + done.stderr
