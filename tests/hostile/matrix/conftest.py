"""The workspace service, started once for all rows of the matrix."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hostile.wire import Wire, wired
from tests.hostile.workspace import Workspace, working
from tests.support.service import Database


@pytest.fixture(scope="session")
def workspace(make_dialect: Callable[[str], tuple[Path, Database]]) -> Iterator[Workspace]:
    with working(*make_dialect("workspace")) as running:
        yield running


@pytest.fixture
def wire(workspace: Workspace) -> Iterator[Wire]:
    with wired(workspace.service.url) as wire:
        yield wire


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
