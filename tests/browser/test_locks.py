"""The packages of these tests are pinned, and where they came from is written nowhere."""

import json

from tests.browser.conftest import HERE


def test_the_lock_holds_hashes_and_no_download_addresses() -> None:
    packages = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]

    for path, package in packages.items():
        assert "resolved" not in package
        assert not path or package["integrity"].startswith("sha512-")
    assert "node_modules/playwright-core" in packages
