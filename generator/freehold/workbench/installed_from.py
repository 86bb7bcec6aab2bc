"""Finds where this Freehold was installed from, so that a new project can install the same one."""

import json
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from urllib.parse import unquote, urlsplit

_PACKAGE = "freehold"


def current_version() -> str:
    """Return the version of this tool."""
    return version(_PACKAGE)


def source_requirement() -> str | None:
    """Return the pip requirement of this tool: a folder, a file, a URL or a commit. None for a registry."""
    checkout = Path(__file__).parents[3]
    return str(checkout) if _is_checkout(checkout / "pyproject.toml") else _recorded_source()


def _is_checkout(file: Path) -> bool:
    """Whether a pyproject.toml is that of a checkout of Freehold."""
    try:
        return bool(tomllib.loads(file.read_text("utf-8")).get("project", {}).get("name") == _PACKAGE)
    except (OSError, ValueError):
        return False


def _recorded_source() -> str | None:
    """Return the source that pip has recorded in direct_url.json (PEP 610)."""
    try:
        text = distribution(_PACKAGE).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    direct_url = json.loads(text) if text else {}
    url = str(direct_url.get("url", ""))
    if url.startswith("file:"):
        return unquote(urlsplit(url).path)
    commit = direct_url.get("vcs_info", {}).get("commit_id")
    return f"{_PACKAGE} @ {direct_url['vcs_info']['vcs']}+{url}@{commit}" if commit else url or None
