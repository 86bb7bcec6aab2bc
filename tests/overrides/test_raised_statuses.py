"""A status that an override raises and its operation does not declare is found where it is raised."""

from pathlib import Path

import pytest

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.overrides.override_modules import read_overrides
from freehold.overrides.raised_statuses import find_undeclared_statuses
from tests.support.contracts import Run

HEAD = """from http import HTTPStatus
from generated.runtime import Forbidden, Invalid, NotFound, Problem, StaleVersion
from generated.runtime import Problem as Failure
from generated.tasks import repository

"""
CLASS = "class TaskRepository(repository.TaskRepository):\n    async def complete_task(self, task_id):\n"
UNDECLARED = {
    "a number": (CLASS + "        raise Problem(409, 'No.')\n", 409),
    "a name of HTTP": (CLASS + "        raise Problem(HTTPStatus.GONE, 'No.')\n", 410),
    "another name for Problem": (CLASS + "        raise Failure(409, 'No.')\n", 409),
    "a problem of the runtime": (CLASS + "        raise StaleVersion\n", 412),
    "a problem of the runtime, called": (CLASS + "        raise Forbidden(missing='tasks:write')\n", 403),
    "under a condition": (CLASS + "        if task_id:\n            raise Forbidden\n", 403),
    "in a method that it calls": (
        CLASS + "        self._check()\n\n    def _check(self):\n        raise Problem(423, 'No.')\n",
        423,
    ),
    "in a function that it calls": (
        "def check():\n    raise Problem(423, 'No.')\n\n\n" + CLASS + "        check()\n",
        423,
    ),
    "a problem of its own": (
        "class Locked(Problem):\n    def __init__(self):\n        super().__init__(423, 'No.')\n\n\n"
        + CLASS
        + "        raise Locked\n",
        423,
    ),
    "in a base class of the module": (
        "class Base(repository.TaskRepository):\n    async def complete_task(self, task_id):\n"
        "        raise Problem(409, 'No.')\n\n\nclass TaskRepository(Base):\n    pass\n",
        409,
    ),
}
FINE = {
    "a declared status": "        raise NotFound\n",
    "a declared status, called": "        raise Invalid([])\n",
    "a failure of the server": "        raise Problem(503, 'Later.')\n",
    "a status that is not written out": "        raise Problem(task_id, 'No.')\n",
    "what was caught": "        try:\n            pass\n        except Problem as error:\n"
    "            raise error\n",
    "an exception of another kind": "        raise ValueError(409)\n",
    "a method that calls itself": "        await self.complete_task(task_id)\n        raise NotFound\n",
}


def found(project: Path, text: str) -> list[tuple[int, str]]:
    (project / "overrides" / "tasks.py").write_text(HEAD + text, "utf-8")
    opened = find_project(project)
    result = pipeline.generate(opened)
    problems = find_undeclared_statuses(result.contract, result.api, read_overrides(opened.overrides))
    return [(problem.line, problem.message) for problem in problems]


@pytest.mark.parametrize(("text", "status"), UNDECLARED.values(), ids=UNDECLARED)
def test_an_undeclared_status_is_found_where_it_is_raised(project: Path, text: str, status: int) -> None:
    ((line, message),) = found(project, text)

    assert (HEAD + text).splitlines()[line - 1].strip().startswith("raise ")
    assert message == f"completeTask answers {status} here, which the contract does not declare"


@pytest.mark.parametrize("body", FINE.values(), ids=FINE)
def test_what_the_contract_declares_is_not_reported(project: Path, body: str) -> None:
    assert found(project, CLASS + body) == []


@pytest.mark.parametrize("status", ['"409"', '"4XX"', "default"])
def test_a_declared_status_is_fine_in_each_form(project: Path, status: str) -> None:
    contract = project / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")
    start = text.index("      operationId: completeTask")
    place = text.index("responses:\n", start) + len("responses:\n")
    contract.write_text(f"{text[:place]}        {status}: {{description: No.}}\n{text[place:]}", "utf-8")

    assert found(project, UNDECLARED["a number"][0]) == []


@pytest.mark.long
def test_prove_reports_it_and_fails(project: Path, freehold: Run) -> None:
    override = project / "overrides" / "tasks.py"
    text = override.read_text("utf-8").replace("import statement", "import Problem, statement")
    raising = "        raise Problem(409, 'No.')\n"
    method = "    async def complete_task(self, task_id: UUID) -> Task:\n"
    override.write_text(text.replace(method, method + raising), "utf-8")

    result = freehold("prove", "--allow-unproven")

    assert result.exit_code == 1
    assert "error[FH853]: completeTask answers 409 here, which the contract does not declare" in result.stdout
