"""The generated folder is written all at once or not at all, and what is somebody else's stays."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from freehold import files
from freehold.files import Changes
from freehold.problems import UsageError
from freehold.sources import HEADER, Files
from tests.generator.contracts import tree

LONG_AGO = 1_000_000_000


def made(**texts: str) -> Files:
    """Files of ours: `a="1"` is the file a.py, `sub_b="1"` the file sub/b.py."""
    return {PurePosixPath(name.replace("_", "/") + ".py"): HEADER + text for name, text in texts.items()}


def names(*texts: str) -> tuple[PurePosixPath, ...]:
    return tuple(map(PurePosixPath, texts))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as it was generated."""
    folder = tmp_path / "generated"
    files.write(folder, made(a="1", sub_b="1", sub_c="1"))
    return folder


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    changes = files.write(tmp_path / "new" / "generated", made(a="1", sub_b="2"))

    assert changes == Changes(missing=names("a.py", "sub/b.py"), different=(), orphans=())
    assert tree(tmp_path / "new" / "generated") == {
        "a.py": (HEADER + "1").encode(), "sub": None, "sub/b.py": (HEADER + "2").encode(),
    }  # fmt: skip


def test_the_difference_is_missing_different_and_no_longer_made(folder: Path) -> None:
    wanted = made(a="1", sub_b="2", sub_new="3", new="4")

    changes = files.compare(folder, wanted)

    assert changes.missing == names("new.py", "sub/new.py")
    assert changes.different == names("sub/b.py")
    assert changes.orphans == names("sub/c.py")
    assert changes
    assert files.write(folder, wanted) == changes
    assert not files.compare(folder, wanted)


def test_comparing_changes_nothing(folder: Path) -> None:
    as_it_was = tree(folder)

    files.compare(folder, made(a="2"))

    assert tree(folder) == as_it_was


def test_a_file_that_is_as_it_should_be_is_not_written_again(folder: Path) -> None:
    for name in ("a.py", "sub/b.py", "sub/c.py"):
        os.utime(folder / name, (LONG_AGO, LONG_AGO))

    files.write(folder, made(a="1", sub_b="2", sub_c="1"))

    assert (folder / "a.py").stat().st_mtime == LONG_AGO
    assert (folder / "sub" / "c.py").stat().st_mtime == LONG_AGO
    assert (folder / "sub" / "b.py").stat().st_mtime > LONG_AGO


@pytest.mark.parametrize(
    "content",
    [
        HEADER.encode() + b"1\r\n",
        HEADER.encode() + b"1 ",
        b"\xef\xbb\xbf" + HEADER.encode() + b"1",
        b"\xff",
        b"",
    ],
    ids=["other line ends", "a blank", "a byte order mark", "not UTF-8", "empty"],
)
def test_any_other_byte_in_a_file_is_seen_and_mended(folder: Path, content: bytes) -> None:
    wanted = made(a="1", sub_b="1", sub_c="1")
    (folder / "a.py").write_bytes(content)

    assert files.compare(folder, wanted).different == names("a.py")

    files.write(folder, wanted)
    assert (folder / "a.py").read_bytes() == HEADER.encode() + b"1"


def test_the_files_of_other_people_stay(folder: Path) -> None:
    mine = {
        "notes.md": "# mine",
        "mine.py": "x = 1\n",
        "sub/mine.py": f"# before\n{HEADER}",
        "data.json": "{}",
        "sub/openapi.json": "{}",
        "own/keep.txt": "mine",
    }
    for name, text in mine.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)

    changes = files.write(folder, made(a="1"))

    assert changes.orphans == names("sub/b.py", "sub/c.py")
    assert {name: (folder / name).read_text() for name in mine} == mine


def test_the_served_contract_is_ours_though_it_has_no_header(folder: Path) -> None:
    (folder / "openapi.json").write_text("{}")

    assert files.compare(folder, made(a="1", sub_b="1", sub_c="1")).orphans == names("openapi.json")


def test_a_folder_that_holds_nothing_any_more_goes_with_its_cache(folder: Path) -> None:
    cache = folder / "sub" / "__pycache__"
    cache.mkdir()
    (cache / "b.cpython-311.pyc").write_bytes(b"\0")

    files.write(folder, made(a="1"))

    assert [file.name for file in folder.iterdir()] == ["a.py"]


def test_a_folder_in_which_somebody_keeps_something_stays(folder: Path) -> None:
    (folder / "sub" / "notes.md").write_text("mine")

    files.write(folder, made(a="1"))

    assert (folder / "sub" / "notes.md").read_text() == "mine"


def test_the_folder_itself_stays_when_nothing_is_made(folder: Path) -> None:
    files.write(folder, {})

    assert list(folder.iterdir()) == []


WANTED = made(a="2", other_b="2", sub_b="2", sub_new="2", z="2")


def fails(folder: Path, error: type[Exception], told: str) -> None:
    """Writing fails, and every file and folder is as it was, beside the folder too."""
    as_it_was = tree(folder.parent)
    with pytest.raises(error, match=told):
        files.write(folder, WANTED)
    assert tree(folder.parent) == as_it_was


@pytest.mark.parametrize("name", ["a.py", "z.py"])
def test_a_full_disk_leaves_all_as_it_was(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def write_some(file: Path, text: str, *arguments: str, **more: str) -> int:
        if file.name != name:
            return write(file, text, *arguments, **more)
        write(file, text[:5], *arguments, **more)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write_some)

    fails(folder, OSError, "No space left")


def test_an_error_while_files_are_put_in_place_leaves_all_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def replace_some(file: Path, target: Path) -> Path:
        if target.name == "z.py":
            raise PermissionError("Permission denied")
        return replace(file, target)

    monkeypatch.setattr(Path, "replace", replace_some)

    fails(folder, PermissionError, "Permission denied")


def test_a_file_in_the_place_of_a_folder_leaves_all_as_it_was(folder: Path) -> None:
    shutil.rmtree(folder / "sub")
    (folder / "sub").write_text("mine")

    fails(folder, UsageError, "sub is a file, and a folder must be there: move it away")


def test_a_folder_in_the_place_of_a_file_leaves_all_as_it_was(folder: Path) -> None:
    (folder / "z.py").mkdir()

    fails(folder, UsageError, "z.py is a folder, and a file must be there: move it away")


LIMITED = """
import resource, sys
from pathlib import Path, PurePosixPath
from freehold import files
from freehold.sources import HEADER
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
texts = {"a.py": HEADER + "2", "z.py": HEADER + "x" * 9999}
files.write(Path(sys.argv[1]), {PurePosixPath(name): text for name, text in texts.items()})
"""


def test_a_process_that_may_not_write_enough_leaves_all_as_it_was(folder: Path) -> None:
    as_it_was = tree(folder.parent)

    command = [sys.executable, "-c", LIMITED, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "File too large" in done.stderr
    assert tree(folder.parent) == as_it_was


@pytest.mark.parametrize("name", ["a.py.new", "sub/b.py.new", "a.py.tmp", ".a.py"])
def test_what_somebody_keeps_beside_our_files_stays(folder: Path, name: str) -> None:
    (folder / name).write_text("mine")
    (folder / f"{name}.d").mkdir()

    files.write(folder, WANTED)

    assert (folder / name).read_text() == "mine"
    assert (folder / f"{name}.d").is_dir()


def test_nothing_is_left_beside_the_folder(folder: Path) -> None:
    files.write(folder, WANTED)

    assert list(folder.parent.iterdir()) == [folder]
