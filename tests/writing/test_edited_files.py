"""A generated file that was edited by hand is overwritten only with `force`."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from freehold.printing.python_sources import HEADER
from freehold.writing import checksums, generated_folder
from tests.support.contracts import read_tree
from tests.support.generated_folders import content, made, names

EDITS = {
    "another line ending": content("1").replace(b"1", b"1\r\n"),
    "a trailing space": content("1") + b" ",
    "a byte order mark": b"\xef\xbb\xbf" + content("2"),
    "not UTF-8": b"\xff",
    "empty": b"",
    "no header": b"1",
    "another header": content("2").replace(b"Do not edit", b"Do edit"),
    "no checksum": HEADER.encode() + b"2",
    "another checksum": content("2").replace(b"follows: ", b"follows: 00"),
    "the checksum of another file": content("2").replace(b"2", b"3"),
}
"""Edits of a file whose body was "1", with their results."""


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_file_is_not_overwritten(folder: Path, edit: bytes) -> None:
    (folder / "a.py").write_bytes(edit)
    before = read_tree(folder.parent)

    with pytest.raises(generated_folder.EditsWouldBeLost) as raised:
        generated_folder.write(folder, made(a="1", sub_b="2", sub_c="1"))

    assert raised.value.changes.edited == names("a.py")
    assert read_tree(folder.parent) == before


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_force_overwrites_an_edited_file(folder: Path, edit: bytes) -> None:
    (folder / "a.py").write_bytes(edit)

    changes = generated_folder.write(folder, made(a="1", sub_b="1", sub_c="1"), force=True)

    assert changes.different == changes.edited == names("a.py")
    assert (folder / "a.py").read_bytes() == content("1")


@pytest.mark.parametrize(
    "changed",
    [
        content("2").replace(b"\n", b"\r\n"),
        HEADER.encode() + b"1",
        content("1").replace(b"6b86b2", b"000000"),
        content("1").replace(b"\n1", b"\r\n1"),
        content("1")
        .replace(b"# sha256", b"<<<<<<< one\n# sha256")
        .replace(b"\n1", b"\n=======\n>>>>>>> two\n1"),
    ],
    ids=["git's line endings", "no checksum yet", "an earlier checksum", "one other line ending", "a merge"],
)
def test_a_changed_file_without_an_edit_is_overwritten(folder: Path, changed: bytes) -> None:
    (folder / "a.py").write_bytes(changed)

    changes = generated_folder.write(folder, made(a="1", sub_b="1", sub_c="1"))

    assert changes.different == names("a.py")
    assert changes.edited == ()
    assert (folder / "a.py").read_bytes() == content("1")


def test_an_edited_orphan_stays_unless_forced(folder: Path) -> None:
    (folder / "a.py").write_bytes(content("1") + b"2")
    before = read_tree(folder.parent)

    with pytest.raises(generated_folder.EditsWouldBeLost):
        generated_folder.write(folder, made(sub_b="1"))
    assert read_tree(folder.parent) == before

    assert generated_folder.write(folder, made(sub_b="1"), force=True).orphans == names("a.py", "sub/c.py")
    assert not (folder / "a.py").exists()


def test_a_file_in_the_place_of_a_new_one_is_not_overwritten(folder: Path) -> None:
    (folder / "new.py").write_text("mine")

    with pytest.raises(generated_folder.EditsWouldBeLost):
        generated_folder.write(folder, made(a="1", new="1"))

    assert (folder / "new.py").read_text() == "mine"


SERVED = PurePosixPath("openapi.json")


def test_the_served_contract_has_a_checksum_file(folder: Path) -> None:
    wanted = made(a="1") | checksums.add_checksums({SERVED: "{}\n"})
    generated_folder.write(folder, wanted)

    check = ["sha256sum", "--check", "openapi.json.sha256"]
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode == 0
    assert generated_folder.compare(folder, made(a="1")).orphans == names(
        "openapi.json", "openapi.json.sha256"
    )
    assert generated_folder.compare(folder, made(a="1")).edited == ()

    generated_folder.write(folder, made(a="1") | checksums.add_checksums({SERVED: "[]\n"}))
    assert (folder / SERVED).read_text() == "[]\n"


@pytest.mark.parametrize("checksum_content", [None, "", "what?\n", f"{'0' * 64}  openapi.json\n"])
def test_an_edited_served_contract_is_not_overwritten(folder: Path, checksum_content: str | None) -> None:
    generated_folder.write(folder, made(a="1") | checksums.add_checksums({SERVED: "{}\n"}))
    (folder / "openapi.json.sha256").unlink()
    if checksum_content is not None:
        (folder / "openapi.json.sha256").write_text(checksum_content)

    with pytest.raises(generated_folder.EditsWouldBeLost):
        generated_folder.write(folder, made(a="1") | checksums.add_checksums({SERVED: "[]\n"}))

    generated_folder.write(folder, made(a="1") | checksums.add_checksums({SERVED: "{}\n"}))
    assert not generated_folder.compare(folder, made(a="1") | checksums.add_checksums({SERVED: "{}\n"}))


def test_two_branches_with_different_changes_merge_without_an_edit_error(tmp_path: Path) -> None:
    folder = tmp_path / "generated"
    lines = [f"x{number} = {number}\n" for number in range(30)]
    one, other, both = ([*lines], [*lines], [*lines])
    one[3] = both[3] = "one = 1\n"
    other[25] = both[25] = "other = 1\n"

    def git(*arguments: str) -> int:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        return subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, capture_output=True, check=False
        ).returncode

    def commit(branch: str, text: list[str]) -> None:
        git("checkout", "-B", branch, *(["main"] if text is not lines else []))
        generated_folder.write(folder, made(a="".join(text)))
        git("add", "generated")
        assert git("commit", "-m", branch) == 0

    git("init")
    for branch, text in (("main", lines), ("one", one), ("other", other)):
        commit(branch, text)
    assert git("merge", "one") == 1
    assert b"<<<<<<<" in (folder / "a.py").read_bytes()

    generated_folder.write(folder, made(a="".join(both)))

    assert (folder / "a.py").read_bytes() == content("".join(both))
