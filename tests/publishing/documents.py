"""The contracts of this repository, for what must hold for the served document of each."""

from functools import cache
from pathlib import Path

import pytest

from freehold.contract import effective_contract, loading
from freehold.reading.document import Document
from tests.dialects.projects import HERE, NAMES
from tests.support.contracts import LIBRARY
from tests.support.service import ROOT

CONTRACTS: dict[str, Path] = {
    "tasks": ROOT / "openapi" / "tasks-api.yaml",
    "library": LIBRARY / "contract.yaml",
    **{name: HERE / name / "contract.yaml" for name in NAMES},
}
every_contract = pytest.mark.parametrize("name", CONTRACTS)


@cache
def effective(name: str) -> Document:
    """The effective contract of a name of CONTRACTS."""
    return effective_contract.build_effective_contract(loading.load(CONTRACTS[name]))
