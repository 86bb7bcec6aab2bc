"""Whatever the disk says, and wherever links lead: the folder is as it was, and nothing beside it changes."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.ground.problems import ExternalError, UsageError
from freehold.writing import generated_folder
from tests.support.contracts import tree
from tests.support.generated_folders import NEW, OLD, content, made

WANTED = made(a="2", other_b="2", sub_b="2", sub_new="2", z="2")
"""Another tree, with a new folder, a new file in an old one, and without sub/c.py."""


def fails(folder: Path, error: type[Exception], told: str) -> None:
    """Writing fails, and every file and folder is as it was, beside the folder too."""
    as_it_was = tree(folder.parent)
    with pytest.raises(error, match=told):
        generated_folder.write(folder, WANTED, force=True)
    assert tree(folder.parent) == as_it_was


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a few files."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("size", [40_000, 100_000, 1_000_000])
def test_a_full_disk_leaves_all_as_it_was(small_disk: Path, size: int) -> None:
    folder = small_disk / "generated"
    generated_folder.write(folder, made(a="1", sub_b="1" * 50_000, sub_c="1"))
    as_it_was = tree(small_disk)

    with pytest.raises(ExternalError, match="No space left"):
        generated_folder.write(folder, made(a="2", sub_b="2" * size, sub_c="2" * 50_000))

    assert tree(small_disk) == as_it_was


def test_a_file_in_the_place_of_a_folder_leaves_all_as_it_was(folder: Path) -> None:
    shutil.rmtree(folder / "sub")
    (folder / "sub").write_text("mine")

    fails(folder, UsageError, "sub is a file, and a folder must be there: move it away")


def test_a_folder_in_the_place_of_a_file_leaves_all_as_it_was(folder: Path) -> None:
    (folder / "z.py").mkdir()

    fails(folder, UsageError, "z.py is a folder, and a file must be there: move it away")


@pytest.fixture
def layered(tmp_path: Path) -> Iterator[Path]:
    """A folder as it was generated, in the layer of an image below: there, no folder can be renamed."""
    parts = {name: tmp_path / name for name in ("lower", "upper", "work", "merged")}
    for part in parts.values():
        part.mkdir()
    generated_folder.write(parts["lower"] / "generated", OLD)
    layers = f"lowerdir={parts['lower']},upperdir={parts['upper']},workdir={parts['work']},redirect_dir=off"
    mount = ["mount", "-t", "overlay", "overlay", "-o", layers, str(parts["merged"])]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting layers needs root")
    yield parts["merged"] / "generated"
    subprocess.run(["umount", "--lazy", str(parts["merged"])], check=True)


def test_in_a_layer_of_an_image_the_folder_is_written_too(layered: Path) -> None:
    (layered / "notes.md").write_text("mine")

    for wanted in (NEW, OLD, NEW):
        generated_folder.write(layered, wanted)
        assert not generated_folder.compare(layered, wanted)

    assert (layered / "notes.md").read_text() == "mine"
    assert not (layered / "gone").exists()
    assert [item.name for item in layered.parent.iterdir()] == ["generated"]


def test_a_process_that_may_not_write_enough_leaves_all_as_it_was(folder: Path) -> None:
    as_it_was = tree(folder.parent)
    code = (
        f"import resource, sys; resource.setrlimit({resource.RLIMIT_FSIZE}, (4096, 4096))\n"
        "from pathlib import Path; from freehold.writing import generated_folder\n"
        "from tests.support.generated_folders import made\n"
        "generated_folder.write(Path(sys.argv[1]), made(a='2', z='x' * 9999))"
    )

    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "cannot be written, it is as it was" in done.stderr
    assert "File too large" in done.stderr
    assert tree(folder.parent) == as_it_was


@pytest.mark.parametrize("name", ["a.py", "sub", "other", "z.py"])
def test_a_link_is_not_followed_out_of_the_folder(folder: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.py").write_bytes(content("1"))
    target = outside if "." not in name else outside / "b.py"
    if (folder / name).exists():
        (folder / name).rename(tmp_path / "away")
    (folder / name).symlink_to(target)

    fails(folder, UsageError, f"{name} is a link, and a (file|folder) must be there: move it away")
    assert tree(outside) == {"b.py": content("1")}


def test_a_folder_that_is_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "real")
    folder.symlink_to(tmp_path / "real")

    fails(folder, UsageError, "generated is a link, which is not followed")
    with pytest.raises(UsageError):
        generated_folder.compare(folder, WANTED)


def test_a_link_in_the_place_of_the_tool_s_own_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".freehold").symlink_to(tmp_path / "elsewhere")

    fails(folder, UsageError, ".freehold is a link, which is not followed")


def test_links_and_empty_folders_that_somebody_keeps_stay_as_they_are(folder: Path) -> None:
    (folder / "link").symlink_to("../../nowhere")
    (folder / "etc").symlink_to("/etc")
    (folder / "empty" / "inner").mkdir(parents=True)

    generated_folder.write(folder, WANTED)

    assert (folder / "link").readlink() == Path("../../nowhere")
    assert (folder / "etc").readlink() == Path("/etc")
    assert (folder / "empty" / "inner").is_dir()


def test_files_keep_who_may_read_them(folder: Path) -> None:
    for name, mode in (("a.py", 0o640), (".", 0o750), ("sub", 0o700)):
        (folder / name).chmod(mode)

    generated_folder.write(folder, WANTED)

    modes = [(folder / name).stat().st_mode & 0o777 for name in ("a.py", ".", "sub")]
    assert modes == [0o640, 0o750, 0o700]
