"""When writing fails, or a link leads elsewhere, nothing changes in the folder or beside it."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.ground.problems import ExternalError, UsageError
from freehold.writing import generated_folder
from tests.support.contracts import read_tree
from tests.support.generated_folders import NEW, OLD, content, made

WANTED = made(a="2", other_b="2", sub_b="2", sub_new="2", z="2")
"""Another tree: with a new folder and a new file in an old folder, and without sub/c.py."""


def assert_write_fails(folder: Path, error: type[Exception], message: str) -> None:
    """Assert that writing fails and that no file or folder changes, inside the folder or beside it."""
    before = read_tree(folder.parent)
    with pytest.raises(error, match=message):
        generated_folder.write(folder, WANTED, force=True)
    assert read_tree(folder.parent) == before


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
def test_a_full_disk_changes_nothing(small_disk: Path, size: int) -> None:
    folder = small_disk / "generated"
    generated_folder.write(folder, made(a="1", sub_b="1" * 50_000, sub_c="1"))
    before = read_tree(small_disk)

    with pytest.raises(ExternalError, match="No space left"):
        generated_folder.write(folder, made(a="2", sub_b="2" * size, sub_c="2" * 50_000))

    assert read_tree(small_disk) == before


def test_a_file_in_the_place_of_a_folder_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "sub")
    (folder / "sub").write_text("mine")

    assert_write_fails(folder, UsageError, "sub is a file, but must be a folder: move it away")


def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "z.py").mkdir()

    assert_write_fails(folder, UsageError, "z.py is a folder, but must be a file: move it away")


@pytest.fixture
def overlayfs_folder(tmp_path: Path) -> Iterator[Path]:
    """A generated folder in the lower layer of an overlayfs, where no folder can be renamed."""
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


def test_a_folder_in_an_overlayfs_lower_layer_is_written(overlayfs_folder: Path) -> None:
    (overlayfs_folder / "notes.md").write_text("mine")

    for wanted in (NEW, OLD, NEW):
        generated_folder.write(overlayfs_folder, wanted)
        assert not generated_folder.compare(overlayfs_folder, wanted)

    assert (overlayfs_folder / "notes.md").read_text() == "mine"
    assert not (overlayfs_folder / "gone").exists()
    assert [item.name for item in overlayfs_folder.parent.iterdir()] == ["generated"]


def test_a_file_size_limit_changes_nothing(folder: Path) -> None:
    before = read_tree(folder.parent)
    code = (
        f"import resource, sys; resource.setrlimit({resource.RLIMIT_FSIZE}, (4096, 4096))\n"
        "from pathlib import Path; from freehold.writing import generated_folder\n"
        "from tests.support.generated_folders import made\n"
        "generated_folder.write(Path(sys.argv[1]), made(a='2', z='x' * 9999))"
    )

    command = [sys.executable, "-B", "-c", code, str(folder)]  # no cut-off files of bytecode
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "cannot be written, it is unchanged" in done.stderr
    assert "File too large" in done.stderr
    assert read_tree(folder.parent) == before


@pytest.mark.parametrize("name", ["a.py", "sub", "other", "z.py"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.py").write_bytes(content("1"))
    target = outside if "." not in name else outside / "b.py"
    if (folder / name).exists():
        (folder / name).rename(tmp_path / "away")
    (folder / name).symlink_to(target)

    assert_write_fails(folder, UsageError, f"{name} is a link, but must be a (file|folder): move it away")
    assert read_tree(outside) == {"b.py": content("1")}


def test_a_linked_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "real")
    folder.symlink_to(tmp_path / "real")

    assert_write_fails(folder, UsageError, "generated is a link, and links are not followed")
    with pytest.raises(UsageError):
        generated_folder.compare(folder, WANTED)


def test_a_linked_state_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".freehold").symlink_to(tmp_path / "elsewhere")

    assert_write_fails(folder, UsageError, ".freehold is a link, and links are not followed")


def test_links_and_empty_folders_of_the_user_stay(folder: Path) -> None:
    (folder / "link").symlink_to("../../nowhere")
    (folder / "etc").symlink_to("/etc")
    (folder / "empty" / "inner").mkdir(parents=True)

    generated_folder.write(folder, WANTED)

    assert (folder / "link").readlink() == Path("../../nowhere")
    assert (folder / "etc").readlink() == Path("/etc")
    assert (folder / "empty" / "inner").is_dir()


def test_files_and_folders_keep_their_permissions(folder: Path) -> None:
    for name, mode in (("a.py", 0o640), (".", 0o750), ("sub", 0o700)):
        (folder / name).chmod(mode)

    generated_folder.write(folder, WANTED)

    modes = [(folder / name).stat().st_mode & 0o777 for name in ("a.py", ".", "sub")]
    assert modes == [0o640, 0o750, 0o700]
