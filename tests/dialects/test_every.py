"""What holds for every dialect: the tests that each project gets, and no finding of the fuzzer."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest
from typing_extensions import override

from freehold.ground.project import Project
from freehold.testing import Service, tested_contract
from freehold.testing.contract_tests import ContractTests
from freehold.testing.tested_contract import TestedContract
from tests.dialects.conftest import Dialect
from tests.dialects.projects import HERE, LARGEST_FIRST, NAMES, freehold
from tests.runtime.test_fuzz import fuzz
from tests.support.thoroughness import count

Run = Callable[[str], Dialect]
EXAMPLES = count("FUZZ_EXAMPLES", short=5, long=10)
NASTY = count("FUZZ_NASTY", short=100, long=500)


@cache
def load_contract(name: str) -> TestedContract:
    folder = HERE / name
    project = Project(
        folder, folder / "contract.yaml", folder / "generated", folder / "overrides", folder / "migrations"
    )
    return tested_contract.load_contract(project)


class DialectTests(ContractTests):
    name: ClassVar[str]
    # a test below does it, with more requests
    test_random_requests_find_nothing = None  # type: ignore[assignment] # pytest then collects none

    @override
    @classmethod
    def load_contract(cls, file: Path) -> TestedContract:
        return load_contract(cls.name)

    @pytest.fixture
    def service(self, run_dialect: Run) -> Service:
        running = run_dialect(self.name).service
        document = load_contract(self.name).document
        return Service(running.url, running.database.url, running.secret, document)


class TestWorkspace(DialectTests):
    name = "workspace"


@pytest.mark.long
class TestBetterAuth(DialectTests):
    name = "better_auth"


@pytest.mark.long
class TestForbidden(DialectTests):
    name = "forbidden"


@pytest.mark.long
class TestPaged(DialectTests):
    name = "paged"


@pytest.mark.long
class TestPathOwner(DialectTests):
    name = "path_owner"


@pytest.mark.long
class TestDrf(DialectTests):
    name = "drf"


@pytest.mark.long
class TestKeys(DialectTests):
    name = "keys"


@pytest.mark.long
class TestFastapi(DialectTests):
    name = "fastapi"


@pytest.mark.long
class TestPress(DialectTests):
    name = "press"


class TestWire(DialectTests):
    name = "wire"


@pytest.mark.long
@pytest.mark.parametrize("name", LARGEST_FIRST)
def test_the_migrated_database_matches_the_tables(run_dialect: Run, name: str) -> None:
    dialect = run_dialect(name)

    output = freehold(dialect.folder, dialect.service.database.url, "migrate check", "check")

    assert "schema is up to date" in output
    assert "generated/ is up to date" in output


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_service_conforms_to_its_contract(run_dialect: Run, name: str) -> None:
    dialect = run_dialect(name)

    document = dialect.contract.operations[0].node.document
    report = fuzz(dialect.service, document, examples=EXAMPLES, nasty=NASTY)

    assert report.findings == ()
    assert all(part.requests > 0 for part in report.parts)
