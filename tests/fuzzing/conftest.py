"""A copy of the sample with planted faults, as a running service."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.conftest import NOT_CACHES, PARTS
from tests.fuzzing.planted import plant
from tests.support.service import ROOT, Database, Service, serving

Faulty = Callable[..., AbstractContextManager[Service]]


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample's project, as the folder that commands run in, without settings."""
    for name in (*PARTS, "schemathesis.toml"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=NOT_CACHES)
        else:
            shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("BETTER_AUTH_SECRET", "TOKEN_ALICE", "TOKEN_BOB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".hypothesis"))
    return tmp_path


@pytest.fixture
def faulty(sample: Path, make_database: Callable[[], Database], monkeypatch: pytest.MonkeyPatch) -> Faulty:
    """Runs the copy with planted faults. The command signs tokens with the secret of the service."""

    @contextmanager
    def run(*faults: str) -> Iterator[Service]:
        plant(sample, *faults)
        with serving(sample, make_database(), LOG_REQUESTS="false") as service:
            monkeypatch.setenv("BETTER_AUTH_SECRET", service.secret)
            yield service

    return run
