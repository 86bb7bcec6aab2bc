"""An interpreter with the packages that a service needs, and no others."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.support.service import ROOT

REQUIREMENTS = ROOT / "generated" / "requirements.txt"


def installed(folder: Path) -> Path:
    """Creates an interpreter and installs the packages at the locked versions with pip."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pins = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    (folder / "constraints.txt").write_text("\n".join(pins), "utf-8")
    python = folder / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--no-compile", "-r", REQUIREMENTS, "-c", folder / "constraints.txt"], check=True
    )
    return python


def linked(folder: Path) -> Path:
    """Creates an interpreter with links to the packages of this one, which takes a second."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    lines = REQUIREMENTS.read_text("utf-8").splitlines()
    for package in _needed([Requirement(line) for line in lines if line and not line.startswith("#")]):
        for name in {file.parts[0] for file in package.files or () if ".." not in file.parts}:
            if not (site / name).exists():
                (site / name).symlink_to(Path(str(package.locate_file(name))))
    return folder / "bin" / "python"


def _needed(requirements: list[Requirement]) -> Iterator[Distribution]:
    """Returns the packages that are required, and those that they require."""
    seen: set[tuple[str, str]] = set()
    while requirements:
        requirement = requirements.pop()
        package = distribution(requirement.name)
        for extra in ("", *requirement.extras):
            if (requirement.name, extra) in seen:
                continue
            seen.add((requirement.name, extra))
            asked = [Requirement(line) for line in package.requires or ()]
            requirements += [r for r in asked if r.marker is None or r.marker.evaluate({"extra": extra})]
        yield package
