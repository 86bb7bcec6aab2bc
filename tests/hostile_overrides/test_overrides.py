"""No override reaches a row of another owner on a running service, and each one is refused as listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile_overrides import measure, project
from tests.hostile_overrides.conftest import Create
from tests.hostile_overrides.corpus import OVERRIDES, PROCESS_WIDE
from tests.hostile_overrides.entry import Aim, Kind, Override
from tests.hostile_overrides.two_worlds import Tables, TwoWorlds, run_without_guard
from tests.support.service import Database, Service, serving
from tests.support.thoroughness import sampled

SAMPLE = sampled([override for override in OVERRIDES if override.starts], every=8)
REFUSED_AT_START = [override for override in OVERRIDES if not override.starts]
REFUSALS = ("MissingOwnerCondition: ", "TypeError: ")
CHECKED = [override for override in SAMPLE if override.kind is not Kind.UNCHECKED]


@dataclass(frozen=True)
class Running:
    """A running service, and its tables."""

    service: Service
    tables: Tables

    def play(self, override: Override) -> TwoWorlds:
        return TwoWorlds(self.service, self.tables, override).run()


@pytest.fixture(scope="module")
def made(create_project: Create) -> tuple[Path, Database]:
    """The project of all overrides."""
    return create_project("overrides", SAMPLE)


@pytest.fixture(scope="module")
def guarded(made: tuple[Path, Database]) -> Iterator[Running]:
    """Their service, with a single connection, so that whatever it carries is found."""
    with serving(*made, DATABASE_POOL_SIZE="1", LOG_REQUESTS="false") as service:
        tables = Tables(service.database.url)
        yield Running(service, tables)
        tables.close()


@pytest.mark.parametrize("override", CHECKED, ids=lambda override: override.name)
def test_no_override_reaches_a_row_of_another_owner(guarded: Running, override: Override) -> None:
    played = guarded.play(override)

    assert played.findings == []
    if override.lock:
        assert played.refused, "it is answered, and should have been refused"
    if override.kind is Kind.HARMLESS:
        assert played.works, "it is refused, and is harmless"


def test_the_statement_guard_refuses_what_the_table_says(made: tuple[Path, Database]) -> None:
    said = {name: text for name, text in measure.lock_verdicts(made[0], SAMPLE).items() if text}

    assert said.keys() == {o.name for o in SAMPLE if o.lock and o.built}
    assert [text for text in said.values() if not text.startswith(REFUSALS)] == []


@pytest.mark.long
def test_a_class_that_redefines_whose_rows_it_reads_is_refused_when_it_is_defined(tmp_path: Path) -> None:
    folder = project.generate(REFUSED_AT_START, tmp_path / "project")

    said = measure.lock_verdicts(folder, REFUSED_AT_START)

    assert {name for name, verdict in said.items() if verdict.startswith("TypeError: ")} == set(said)


def test_the_proof_names_what_the_table_says(made: tuple[Path, Database]) -> None:
    said = measure.prove_verdicts(made[0], SAMPLE)

    assert {name for name, verdicts in said.items() if verdicts} == {o.name for o in SAMPLE if o.prove}


@pytest.mark.long
def test_the_type_checker_refuses_what_the_table_says(
    made: tuple[Path, Database], pytestconfig: pytest.Config
) -> None:
    said = measure.type_verdicts(made[0], SAMPLE, Path(pytestconfig.cache.mkdir("mypy")))

    assert {name for name, errors in said.items() if errors} == {o.name for o in SAMPLE if o.types}


@pytest.mark.long
def test_each_override_reaches_its_aim_where_nothing_refuses_it(made: tuple[Path, Database]) -> None:
    """Otherwise the other tests would show nothing."""
    unexpected = dict[str, list[str]]()
    with run_without_guard(*made) as service:
        tables = Tables(service.database.url)
        for override in SAMPLE:
            tables.empty()
            findings = TwoWorlds(service, tables, override).run().findings
            if override.reaches is not None and override.reaches != bool(findings):
                unexpected[override.name] = findings
        tables.close()

    assert unexpected == {}


@pytest.mark.long
@pytest.mark.parametrize("override", PROCESS_WIDE, ids=lambda override: override.name)
def test_a_hook_that_changes_every_statement_reaches_nothing(
    create_project: Create, override: Override
) -> None:
    folder, database = create_project(override.name, [override])
    assert measure.prove_verdicts(folder, [override])[override.name] != []
    with serving(folder, database, DATABASE_POOL_SIZE="1", LOG_REQUESTS="false") as service:
        tables = Tables(service.database.url)
        findings = TwoWorlds(service, tables, override).run().findings
        tables.close()

    assert bool(findings) == (override.kind is Kind.UNCHECKED)


def count(kind: Kind) -> int:
    return sum(override.kind is kind for override in OVERRIDES)


def test_the_corpus_is_as_large_as_the_documentation_says() -> None:
    names = [override.name for override in [*OVERRIDES, *PROCESS_WIDE]]

    assert len(names) == len(set(names))
    assert count(Kind.HOSTILE) >= 60
    assert count(Kind.CARELESS) >= 60
    assert count(Kind.HARMLESS) >= 20
    assert {override.aim for override in OVERRIDES} == set(Aim)
