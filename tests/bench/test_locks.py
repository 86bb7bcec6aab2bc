"""The packages of the bench are pinned, and where they came from is written nowhere."""

import json
import re

from tests.bench.service.programs import BENCH


def test_the_lock_of_the_peers_holds_hashes_and_no_addresses() -> None:
    lock = (BENCH / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)

    assert "://" not in lock
    assert lock.count("--hash=sha256:") > len(pinned)
    asked = (BENCH / "requirements.in").read_text("utf-8").splitlines()
    for requirement in asked:
        if not requirement.startswith("#"):
            assert re.split(r"\[", requirement)[0] in pinned


def test_the_lock_of_node_holds_hashes_and_no_download_addresses() -> None:
    packages = json.loads((BENCH / "package-lock.json").read_text("utf-8"))["packages"]
    asked = json.loads((BENCH / "package.json").read_text("utf-8"))["dependencies"]

    for path, package in packages.items():
        assert "resolved" not in package
        assert not path or package["integrity"].startswith("sha512-")
    assert {f"node_modules/{name}" for name in asked} <= packages.keys()
