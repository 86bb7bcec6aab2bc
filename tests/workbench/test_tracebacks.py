"""An exception of hand-written code is told from one of Freehold, and shown with its own frames first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.ground import naming
from freehold.workbench.development import tracebacks
from freehold.workbench.development.tracebacks import Places
from tests.support.service import Database
from tests.support.tool import freehold as run_freehold

ROOT = Path("/project")
PLACES = Places(ROOT, (ROOT / "overrides", ROOT / "migrations" / "versions"), ROOT / "generated" / "runtime")


def code(file: str, source: str, **names: object) -> Callable[..., object]:
    """A function `f` of a module in the project."""
    namespace = dict(names)
    exec(compile(source, str(ROOT / file), "exec"), namespace)
    function: Callable[..., object] = namespace["f"]  # type: ignore[assignment]  # the source defines it
    return function


def failure(call: Callable[..., object]) -> Exception:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - of whatever kind
        return error
    raise AssertionError("it did not fail")


FAILING = code("overrides/tasks.py", "def f(): raise KeyError('rank')")
CALLING = code("generated/tasks/routes.py", "def f(): return g()", g=FAILING)
IN_THE_RUNTIME = code("generated/runtime/http/problems.py", "def f(): raise ValueError")
REVISION = code("migrations/versions/0001_tasks.py", "def f(): return 1 // 0")
USING_FREEHOLD = code("overrides/tasks.py", "def f(): return g(None)", g=naming.snake_case)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (FAILING, True),
        (CALLING, True),
        (REVISION, True),
        (code("overrides/tasks.py", "def f(): return g()", g=IN_THE_RUNTIME), True),
        (IN_THE_RUNTIME, False),
        (USING_FREEHOLD, False),
        (lambda: int("x"), False),
        (lambda: compile("def", str(ROOT / "overrides" / "tasks.py"), "exec"), True),
        (lambda: compile("def", "/elsewhere.py", "exec"), False),
    ],
    ids=[
        "override",
        "called",
        "revision",
        "runtime below",
        "runtime",
        "freehold",
        "none",
        "syntax",
        "elsewhere",
    ],
)
def test_a_failure_of_hand_written_code_is_told_apart(call: Callable[[], object], *, expected: bool) -> None:
    assert tracebacks.is_of_hand_written_code(failure(call), PLACES) is expected


def test_own_frames_come_first_and_the_cause_follows() -> None:
    outer = code(
        "overrides/tasks.py",
        "def f():\n    try:\n        g()\n    except KeyError as it:\n        raise OSError('no') from it",
        g=CALLING,
    )

    first, cause = tracebacks.format_exception(failure(outer), PLACES).split("\n\nIt was raised while")

    assert first.splitlines()[:2] == ["OSError: no", "  overrides/tasks.py:5 in f"]
    assert "KeyError: 'rank'\n  overrides/tasks.py:1 in f\n" in cause
    assert "  by generated/tasks/routes.py:1 in f" in cause


def test_frames_of_the_runtime_are_counted() -> None:
    call = code("overrides/tasks.py", "def f(): return g()", g=IN_THE_RUNTIME)

    assert "and 2 frames of libraries and of the runtime" in tracebacks.format_exception(
        failure(call), PLACES
    )


def test_a_command_does_not_take_a_failing_override_for_a_bug_of_its_own(
    project: Path, database: Database
) -> None:
    override = project / "overrides" / "tasks.py"
    override.write_text(f"{override.read_text('utf-8')}\nNOWHERE.attribute\n", "utf-8")

    with pytest.raises(AssertionError) as caught:
        run_freehold(project, database.url, "migrate check")

    assert "Hand-written code failed:\nNameError: name 'NOWHERE' is not defined" in str(caught.value)
    assert "bug in Freehold" not in str(caught.value)
