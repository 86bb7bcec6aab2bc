"""The generated folder is written all or nothing, and files that are not generated stay."""

import os
from pathlib import Path

import pytest

from freehold.printing.python_sources import HEADER
from freehold.writing import generated_folder
from freehold.writing.generated_folder import Changes
from tests.support.contracts import read_tree
from tests.support.generated_folders import LONG_AGO, NEW, content, made, names


def test_a_missing_folder_is_created(tmp_path: Path) -> None:
    changes = generated_folder.write(tmp_path / "new" / "generated", made(a="1", sub_b="2"))

    assert changes == Changes(missing=names("a.py", "sub/b.py"), different=(), orphans=())
    assert read_tree(tmp_path / "new" / "generated") == {
        "a.py": content("1"), "sub": None, "sub/b.py": content("2"),
    }  # fmt: skip


def test_changes_list_missing_different_and_orphaned_files(folder: Path) -> None:
    wanted = made(a="1", sub_b="2", sub_new="3", new="4")

    changes = generated_folder.compare(folder, wanted)

    assert changes.missing == names("new.py", "sub/new.py")
    assert changes.different == names("sub/b.py")
    assert changes.orphans == names("sub/c.py")
    assert changes
    assert generated_folder.write(folder, wanted) == changes
    assert not generated_folder.compare(folder, wanted)


def test_comparing_changes_nothing(folder: Path) -> None:
    before = read_tree(folder)

    generated_folder.compare(folder, made(a="2"))

    assert read_tree(folder) == before


def test_an_unchanged_file_is_not_rewritten(folder: Path) -> None:
    for name in ("a.py", "sub/b.py", "sub/c.py"):
        os.utime(folder / name, (LONG_AGO, LONG_AGO))

    generated_folder.write(folder, made(a="1", sub_b="2", sub_c="1"))

    assert (folder / "a.py").stat().st_mtime == LONG_AGO
    assert (folder / "sub" / "c.py").stat().st_mtime == LONG_AGO
    assert (folder / "sub" / "b.py").stat().st_mtime > LONG_AGO


def test_files_that_are_not_generated_stay(folder: Path) -> None:
    mine = {
        "notes.md": "# mine",
        "mine.py": "x = 1\n",
        "sub/mine.py": f"# before\n{HEADER}",
        ".hidden": "mine",
        "data.json": "{}",
        "sub/openapi.json": "{}",
        "own/keep.txt": "mine",
    }
    for name, text in mine.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)

    changes = generated_folder.write(folder, made(a="1"))

    assert changes.orphans == names("sub/b.py", "sub/c.py")
    assert {name: (folder / name).read_text() for name in mine} == mine


def test_an_empty_folder_is_removed_with_its_python_cache(folder: Path) -> None:
    cache = folder / "sub" / "__pycache__"
    cache.mkdir()
    (cache / "b.cpython-311.pyc").write_bytes(b"\0")

    generated_folder.write(folder, made(a="1"))

    assert [file.name for file in folder.iterdir()] == ["a.py"]


def test_a_folder_with_a_file_of_the_user_stays(folder: Path) -> None:
    (folder / "sub" / "notes.md").write_text("mine")

    generated_folder.write(folder, made(a="1"))

    assert (folder / "sub" / "notes.md").read_text() == "mine"


def test_the_folder_stays_when_there_is_nothing_to_generate(folder: Path) -> None:
    generated_folder.write(folder, {})

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["a.py.new", "sub/b.py.new", "a.py.tmp", ".a.py"])
def test_files_with_names_like_temporary_files_stay(folder: Path, name: str) -> None:
    (folder / name).write_text("mine")
    (folder / f"{name}.d").mkdir()

    generated_folder.write(folder, NEW)

    assert (folder / name).read_text() == "mine"
    assert (folder / f"{name}.d").is_dir()


def test_no_staging_folder_or_lock_is_left(folder: Path) -> None:
    generated_folder.write(folder, NEW)

    assert list(folder.parent.iterdir()) == [folder]
