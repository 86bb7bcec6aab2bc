"""A run that is killed, at any moment, leaves the old tree or the new one; the next one cleans up."""

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
from tests.support.contracts import tree
from tests.support.generated_folders import KEPT, KILLS, NEW, OLD

Tree = Mapping[str, bytes | None]
Way = Callable[[], None]
rename = Path.rename


def at_once() -> None:
    """The folders change places in one step: what this system has."""


def by_two_renames() -> None:
    """As on a system without that step."""
    atomic_exchange._exchange = lambda one, other: False


def file_by_file() -> None:
    """As on one where the folder cannot be renamed either."""
    by_two_renames()

    def some(path: Path, target: Path) -> Path:
        if path.name == "generated" or target.name == "generated":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    Path.rename = some  # type: ignore[method-assign,assignment]  # in a process of its own


WAYS = {"at once": at_once, "by two renames": by_two_renames, "file by file": file_by_file}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as it was generated, in which people keep things."""
    folder = tmp_path / "project" / "generated"
    generated_folder.write(folder, OLD)
    for name, text in KEPT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def as_written(folder: Path, wanted: Files) -> Tree:
    """The tree with files of ours and what people keep in it."""
    generated_folder.write(folder, wanted)
    return tree(folder)


def until(folder: Path, way: Way, last: int, *, full: bool = False) -> int:
    """Write in a process of its own that is killed at a step of the file system; how it ended.

    With `full`, nothing can be written from that step on instead.
    """
    process = os.fork()
    if process == 0:
        way()
        count = 0

        def step(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if event not in STEPS:
                return
            count += 1
            if count >= last and full and is_writing(event, arguments):
                raise OSError(errno.ENOSPC, "No space left on device")
            if count == last and not full:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        try:
            generated_folder.write(folder, NEW)
        except ExternalError:
            os._exit(3)
        finally:
            os._exit(0 if count < last else 4)
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


def is_writing(event: str, arguments: tuple[object, ...]) -> bool:
    flags = arguments[2] if event == "open" else 0
    return event in {"os.link", "os.mkdir"} or (isinstance(flags, int) and bool(flags & os.O_CREAT))


@pytest.fixture
def trees(folder: Path) -> tuple[Tree, Tree]:
    """How the folder is before, and how it is after."""
    before = tree(folder)
    after = as_written(folder, NEW)
    assert as_written(folder, OLD) == before
    return before, after


@ways
def test_killed_at_any_step_it_leaves_one_tree_or_the_other(
    folder: Path, way: Way, trees: tuple[Tree, Tree]
) -> None:
    before, after = trees
    seen, ended = set(), -1
    for last in range(1, 1000):
        ended = until(folder, way, last)
        now = tree(folder) if folder.exists() else None
        seen.add("old" if now == before else "new" if now == after else "none" if now is None else "a mix")
        assert as_written(folder, NEW) == after
        assert not list((folder.parent / atomic_exchange.STATE).glob("*"))
        assert as_written(folder, OLD) == before
        if ended == 0:
            break
        assert ended == -signal.SIGKILL

    assert ended == 0
    assert last > 50
    assert seen == {"old", "new"} | MAY_SHOW[way]


MAY_SHOW: dict[Way, set[str]] = {at_once: set(), by_two_renames: {"none"}, file_by_file: {"a mix"}}


@ways
def test_a_disk_that_is_full_from_any_step_on_leaves_one_tree_or_the_other(
    folder: Path, way: Way, trees: tuple[Tree, Tree]
) -> None:
    before, after = trees
    failed = 0
    for last in range(1, 1000):
        ended = until(folder, way, last, full=True)
        failed += ended == 3
        if way is not file_by_file:
            assert tree(folder) in (before, after)
        assert as_written(folder, OLD) == before
        if ended == 0:
            break

    assert failed > 20


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


def test_a_writer_killed_at_random_moments_leaves_a_complete_tree(
    folder: Path, trees: tuple[Tree, Tree]
) -> None:
    for _ in range(KILLS):
        with subprocess.Popen([sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.05))
            process.kill()
        assert tree(folder) in trees


def test_a_reader_never_sees_a_mix(folder: Path, trees: tuple[Tree, Tree]) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seen = {bool(generated_folder.compare(folder, NEW)) for _ in range(KILLS * 4)}
        found = [generated_folder.compare(folder, NEW) for _ in range(KILLS * 4)]
        process.kill()

    whole = {generated_folder.Changes((), (), ()), *found_between(folder)}
    assert seen == {True, False}
    assert set(found) <= whole


def found_between(folder: Path) -> list[generated_folder.Changes]:
    """How the old tree differs from the new one."""
    generated_folder.write(folder, OLD)
    return [generated_folder.compare(folder, NEW)]


def test_several_runs_at_once_do_not_mix(folder: Path, trees: tuple[Tree, Tree]) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and all(writer.poll() is None for writer in writers):
        time.sleep(0.01)
    still = [writer.poll() for writer in writers]
    for writer in writers:
        writer.kill()
        writer.wait()

    assert still == [None, None, None]
    assert tree(folder) in trees


def test_a_second_run_waits_and_then_says_who_is_writing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    as_it_was = tree(folder)

    with lock.held(atomic_exchange.lock(folder), "generated"):
        with pytest.raises(
            ExternalError, match=f"generated is being written by process {os.getpid()}: try again"
        ):
            generated_folder.write(folder, NEW)
        assert tree(folder) == as_it_was

    generated_folder.write(folder, NEW)
    assert not (folder.parent / atomic_exchange.STATE).exists()


def test_what_somebody_writes_while_we_do_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swap = atomic_exchange.swap

    def late(*arguments: object) -> Path | None:
        (folder / "notes.md").unlink()
        (folder / "notes.md").write_text("mine, saved again")
        (folder / "more").mkdir()
        (folder / "more" / "late.md").write_text("mine too")
        return swap(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic_exchange, "swap", late)
    generated_folder.write(folder, NEW)

    assert (folder / "notes.md").read_text() == "mine, saved again"
    assert (folder / "more" / "late.md").read_text() == "mine too"
    assert not generated_folder.compare(folder, NEW)


def test_an_edit_after_a_run_that_was_killed_is_not_lost(folder: Path, trees: tuple[Tree, Tree]) -> None:
    kept = 0
    for last in range(1, 1000):
        ended = until(folder, by_two_renames, last)
        if ended == 0:
            break
        if tree(folder.parent).get("generated/a.py") == OLD[A].encode():
            (folder / "a.py").write_text(OLD[A] + "# mine\n")
            with pytest.raises(generated_folder.Edited):
                generated_folder.write(folder, NEW)
            assert (folder / "a.py").read_text() == OLD[A] + "# mine\n"
            kept += 1
        generated_folder.write(folder, OLD, force=True)

    assert kept > 20


A = PurePosixPath("a.py")
