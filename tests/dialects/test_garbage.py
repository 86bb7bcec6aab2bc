"""What a request has made is freed when it is answered: no garbage collection has to stop others for it."""

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dialects.conftest import Dialect
from tests.dialects.projects import HERE
from tests.dialects.scenarios import run_scenario
from tests.dialects.test_vocabulary import SCENARIOS
from tests.support import garbage_probe, two_users
from tests.support.service import GUARDED, PATIENT, Database, serving

PROBE = Path(garbage_probe.__file__).parent
DIALECTS = sorted({scenario.dialect for scenario in SCENARIOS})
OF_A_REQUEST = ("generated.", "overrides.", "starlette.", "fastapi.", "builtins.frame", "builtins.coroutine")


@pytest.mark.long
@pytest.mark.parametrize("name", DIALECTS)
def test_a_request_is_freed_without_a_garbage_collection(
    name: str, make_dialect: Callable[[str], tuple[Path, Database]], tmp_path: Path
) -> None:
    folder, database = make_dialect(name)
    garbage = tmp_path / "garbage"
    settings = {"PYTHONPATH": str(PROBE), "GARBAGE_FILE": str(garbage), "CHECK_ANSWERS": "false", **PATIENT}
    with serving(folder, database, sys.executable, program=GUARDED, **settings) as service:
        dialect = Dialect(name, folder, two_users.load_contract(HERE / name / "contract.yaml"), service)
        for scenario in SCENARIOS:
            if scenario.dialect == name:
                with ExitStack() as people:
                    run_scenario(scenario, dialect, people)

    found = Counter(line for line in garbage.read_text("utf-8").splitlines() if line.startswith(OF_A_REQUEST))
    assert found == {}
