"""The tools of others are pinned, and where they came from is written nowhere."""

import json
import re

from tests.clients import tools


def test_the_lock_of_python_holds_hashes_and_no_addresses() -> None:
    lock = (tools.PYTHON / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)

    assert "://" not in lock
    assert lock.count("--hash=sha256:") > len(pinned)
    asked = (tools.PYTHON / "requirements.in").read_text("utf-8")
    assert set(re.findall(r"^[\w-]+", asked, re.MULTILINE)) <= set(pinned)


def test_the_lock_of_node_holds_hashes_and_no_addresses() -> None:
    packages = json.loads((tools.NODE / "package-lock.json").read_text("utf-8"))["packages"]
    asked = json.loads((tools.NODE / "package.json").read_text("utf-8"))["dependencies"]

    for path, package in packages.items():
        assert "resolved" not in package
        assert not path or package["integrity"].startswith("sha512-")
    assert {f"node_modules/{name}" for name in asked} <= packages.keys()
