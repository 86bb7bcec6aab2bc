"""The documents that services serve, of every contract in this repository."""

from pathlib import Path, PurePosixPath

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.workbench import new_project
from tests.dialects import projects
from tests.support.service import ROOT

SAMPLE = "sample"
NEW = "new"
SPARSE = [name for name in projects.NAMES if name in ("drf", "fastapi", "keys", "press", "wire")]
"""Contracts with as few words as frameworks export: what their text lacks, the served document lacks too."""
OURS = [SAMPLE, NEW, *(name for name in projects.NAMES if name not in SPARSE)]
_FILE = PurePosixPath("openapi.json")


def served_document(name: str, folder: Path) -> Path:
    """Returns the file of a document; `folder` is for the project that makes it."""
    if name == SAMPLE:
        return ROOT / "generated" / _FILE
    if name == NEW:
        return new_project.create(folder / "new").project.generated / _FILE
    project = find_project(projects.copy_project(name, folder / "project"))
    file = folder / f"{name}.json"
    file.write_text(pipeline.generate(project).files[_FILE], "utf-8")
    return file
