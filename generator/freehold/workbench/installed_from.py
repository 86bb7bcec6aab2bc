"""Where this Freehold was installed from: a project that it makes says so, to get the same one."""

import json
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from urllib.parse import unquote, urlsplit

_PACKAGE = "freehold"


def released() -> str:
    """The version of this tool."""
    return version(_PACKAGE)


def requirement() -> str | None:
    """What pip installs this very tool from, when that is no registry: a folder, a file, a commit."""
    checkout = Path(__file__).parents[3]
    return str(checkout) if _is_ours(checkout / "pyproject.toml") else _recorded()


def _is_ours(file: Path) -> bool:
    """Whether this module runs from a checkout, whatever has put it on the path."""
    try:
        return bool(tomllib.loads(file.read_text("utf-8")).get("project", {}).get("name") == _PACKAGE)
    except (OSError, ValueError):
        return False


def _recorded() -> str | None:
    """What pip has written down (PEP 610)."""
    try:
        text = distribution(_PACKAGE).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    said = json.loads(text) if text else {}
    url = str(said.get("url", ""))
    if url.startswith("file:"):
        return unquote(urlsplit(url).path)
    commit = said.get("vcs_info", {}).get("commit_id")
    return f"{_PACKAGE} @ {said['vcs_info']['vcs']}+{url}@{commit}" if commit else url or None
