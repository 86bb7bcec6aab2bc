"""A writer that is killed at any moment leaves the old tree or the new one; the next run cleans up."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest

from freehold.ground.problems import ExternalError
from freehold.printing.python_sources import Files
from freehold.writing import atomic_exchange, generated_folder, lock
from tests.support.contracts import read_tree
from tests.support.generated_folders import KEPT, KILLS, NEW, OLD
from tests.support.thoroughness import count

STRIDE = count("KILL_STRIDE", short=10, long=1)
"""How many steps of the file system lie between two that are tried."""
WRITING = count("FREEHOLD_WRITING", short=1, long=3)
"""For how many seconds some write at the same time."""
READS = 4 * max(KILLS, 25)

Tree = Mapping[str, bytes | None]
Strategy = Callable[[], None]
rename = Path.rename


def in_one_step() -> None:
    """Exchange the folders in one system call, as this system does."""


def by_two_renames() -> None:
    """Simulate a system that cannot exchange folders."""
    atomic_exchange._exchange_in_one_step = lambda one, other: False


def file_by_file() -> None:
    """Simulate a system on which the folder cannot be renamed either."""
    by_two_renames()

    def refuse_generated(path: Path, target: Path) -> Path:
        if path.name == "generated" or target.name == "generated":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    Path.rename = refuse_generated  # type: ignore[method-assign,assignment]  # in a process of its own


STRATEGIES = {"in one step": in_one_step, "by two renames": by_two_renames, "file by file": file_by_file}
strategies = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A generated folder that also holds files of the user."""
    folder = tmp_path / "project" / "generated"
    generated_folder.write(folder, OLD)
    for name, text in KEPT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def tree_after_writing(folder: Path, wanted: Files) -> Tree:
    """Write `wanted` and return the read_tree, including the files of the user."""
    generated_folder.write(folder, wanted)
    return read_tree(folder)


def write_until_killed(folder: Path, strategy: Strategy, stop_at: int, *, full: bool = False) -> int:
    """Write in a child process that is killed at the given file system operation. Return its exit code.

    With `full`, the disk is full from that operation on instead.
    """
    process = os.fork()
    if process == 0:
        strategy()
        count = 0

        def step(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if event not in STEPS:
                return
            count += 1
            if count >= stop_at and full and is_write_step(event, arguments):
                raise OSError(errno.ENOSPC, "No space left on device")
            if count == stop_at and not full:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        try:
            generated_folder.write(folder, NEW)
        except ExternalError:
            os._exit(3)
        finally:
            os._exit(0 if count < stop_at else 4)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


STEPS = {
    "open",
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.utime",
}


def is_write_step(event: str, arguments: tuple[object, ...]) -> bool:
    flags = arguments[2] if event == "open" else 0
    return event in {"os.link", "os.mkdir"} or (isinstance(flags, int) and bool(flags & os.O_CREAT))


@pytest.fixture
def trees(folder: Path) -> tuple[Tree, Tree]:
    """The old tree and the new one."""
    before = read_tree(folder)
    after = tree_after_writing(folder, NEW)
    assert tree_after_writing(folder, OLD) == before
    return before, after


@strategies
def test_a_writer_killed_at_any_step_leaves_the_old_or_the_new_tree(
    folder: Path, strategy: Strategy, trees: tuple[Tree, Tree]
) -> None:
    before, after = trees
    states, ended = set(), -1
    for stop_at in range(1, 1000, STRIDE):
        ended = write_until_killed(folder, strategy, stop_at)
        now = read_tree(folder) if folder.exists() else None
        states.add("old" if now == before else "new" if now == after else "none" if now is None else "a mix")
        assert tree_after_writing(folder, NEW) == after
        assert not list((folder.parent / atomic_exchange.STATE_FOLDER).glob("*"))
        assert tree_after_writing(folder, OLD) == before
        if ended == 0:
            break
        assert ended == -signal.SIGKILL

    assert ended == 0
    assert stop_at > 50
    possible = {"old", "new"} | INTERMEDIATE_STATES[strategy]
    assert {"old", "new"} <= states <= possible
    assert states == possible or STRIDE > 1


INTERMEDIATE_STATES: dict[Strategy, set[str]] = {
    in_one_step: set(),
    by_two_renames: {"none"},
    file_by_file: {"a mix"},
}


@pytest.mark.long
@strategies
def test_a_disk_that_fills_up_at_any_step_leaves_the_old_or_the_new_tree(
    folder: Path, strategy: Strategy, trees: tuple[Tree, Tree]
) -> None:
    before, after = trees
    failed = 0
    for stop_at in range(1, 1000, STRIDE):
        ended = write_until_killed(folder, strategy, stop_at, full=True)
        failed += ended == 3
        if strategy is not file_by_file:
            assert read_tree(folder) in (before, after)
        assert tree_after_writing(folder, OLD) == before
        if ended == 0:
            break

    assert failed > 20 / STRIDE


WRITE = """
import sys
from pathlib import Path, PurePosixPath
from freehold.writing import generated_folder
from tests.support.generated_folders import NEW, OLD
print("ready", flush=True)
while True:
    for wanted in (NEW, OLD):
        generated_folder.write(Path(sys.argv[1]), wanted)
"""


@pytest.mark.long
def test_a_writer_killed_at_random_moments_leaves_a_complete_tree(
    folder: Path, trees: tuple[Tree, Tree]
) -> None:
    for _ in range(KILLS):
        with subprocess.Popen([sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.05))
            process.kill()
        assert read_tree(folder) in trees


def test_a_reader_never_sees_a_mix_of_two_trees(folder: Path, trees: tuple[Tree, Tree]) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        differences = [generated_folder.compare(folder, NEW) for _ in range(READS)]
        deadline = time.monotonic() + 30
        while len({*map(bool, differences)}) == 1 and time.monotonic() < deadline:  # on a busy machine
            differences.append(generated_folder.compare(folder, NEW))
        process.kill()

    allowed = {generated_folder.Changes((), (), ()), *differences_between(folder)}
    assert {*map(bool, differences)} == {True, False}
    assert set(differences) <= allowed


def differences_between(folder: Path) -> list[generated_folder.Changes]:
    """The differences between the old tree and the new one."""
    generated_folder.write(folder, OLD)
    return [generated_folder.compare(folder, NEW)]


def test_concurrent_writers_do_not_mix_their_trees(folder: Path, trees: tuple[Tree, Tree]) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    deadline = time.monotonic() + WRITING
    while time.monotonic() < deadline and all(writer.poll() is None for writer in writers):
        time.sleep(0.01)
    still = [writer.poll() for writer in writers]
    for writer in writers:
        writer.kill()
        writer.wait()

    assert still == [None, None, None]
    assert read_tree(folder) in trees


def test_a_second_writer_waits_and_then_names_the_process_that_holds_the_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "TIMEOUT", 0.2)
    before = read_tree(folder)

    with lock.exclusive(atomic_exchange.lock_file(folder), "generated"):
        with pytest.raises(
            ExternalError, match=f"generated is being written by process {os.getpid()}: try again"
        ):
            generated_folder.write(folder, NEW)
        assert read_tree(folder) == before

    generated_folder.write(folder, NEW)
    assert not (folder.parent / atomic_exchange.STATE_FOLDER).exists()


def test_files_saved_during_a_write_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = atomic_exchange.exchange

    def save_during_write(*arguments: object) -> Path | None:
        (folder / "notes.md").unlink()
        (folder / "notes.md").write_text("mine, saved again")
        (folder / "more").mkdir()
        (folder / "more" / "late.md").write_text("mine too")
        return exchange(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic_exchange, "exchange", save_during_write)
    generated_folder.write(folder, NEW)

    assert (folder / "notes.md").read_text() == "mine, saved again"
    assert (folder / "more" / "late.md").read_text() == "mine too"
    assert not generated_folder.compare(folder, NEW)


def test_an_edit_after_a_killed_run_is_not_lost(folder: Path, trees: tuple[Tree, Tree]) -> None:
    kept = 0
    for stop_at in range(1, 1000, STRIDE):
        ended = write_until_killed(folder, by_two_renames, stop_at)
        if ended == 0:
            break
        if read_tree(folder.parent).get("generated/a.py") == OLD[A].encode():
            (folder / "a.py").write_text(OLD[A] + "# mine\n")
            with pytest.raises(generated_folder.EditsWouldBeLost):
                generated_folder.write(folder, NEW)
            assert (folder / "a.py").read_text() == OLD[A] + "# mine\n"
            kept += 1
        generated_folder.write(folder, OLD, force=True)

    assert kept > 20 / STRIDE


A = PurePosixPath("a.py")
