"""Whatever a stranger writes into a contract is refused where it stands, or stays a text.

`make fuzz` tries every text in every place; the tests try each place with a few, always the same.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tests.malicious_contracts import harness
from tests.malicious_contracts.added import OBJECTS, WORDS, with_word
from tests.malicious_contracts.harness import Made
from tests.malicious_contracts.hostile import CANARY, NODES, PAYLOADS
from tests.support.thoroughness import long, sampled

ALL = os.environ.get("HOSTILE_CONTRACTS") == "all"
A_FEW = 1
POSITIONS = harness.positions()
Case = tuple[str, str, str]
"""What it is, the contract, and the hostile text."""


FORMATS = {"date", "date-time", "email", "uri-reference", "uuid"}
"""The formats of the contract that is edited."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in: what code of a contract makes would be in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@cache
def harmless(folder: Path) -> Made:
    made = harness.outcome(harness.written(POSITIONS[0], POSITIONS[0]), folder)
    assert isinstance(made, Made), "\n".join(map(str, made))
    return made


def plain(folder: Path, position: str) -> Made:
    """What a harmless text makes at a position: in the place of a format, a text that only annotates."""
    if position not in FORMATS:
        return harmless(folder)
    made = harness.outcome(harness.written(position, "a harmless annotation"), folder)
    return made if isinstance(made, Made) else harmless(folder)


def some(cases: Iterator[Case], number: int) -> Iterator[Case]:
    """All cases of a place, or a few of them: other ones for each place."""
    found = list(cases)
    if ALL:
        return iter(found)
    start = number * A_FEW % len(found)
    return islice([*found, *found], start, start + A_FEW)


def texts(position: str) -> Iterator[Case]:
    for name, text in PAYLOADS.items():
        yield name, harness.written(position, text), text
    for name, node in NODES.items():
        yield name, harness.written_node(position, node), node


def test_the_number_of_positions_and_payloads_is_documented() -> None:
    assert len(POSITIONS) >= 190
    assert len(PAYLOADS) >= 70
    assert len(NODES) >= 19


@pytest.mark.parametrize(
    "number", sampled(range(len(POSITIONS)), every=16), ids=lambda number: POSITIONS[number]
)
def test_hostile_texts_are_rejected_or_stay_strings(here: Path, number: int) -> None:
    position, failed = POSITIONS[number], []
    wanted = plain(here, position)
    for name, contract, hostile in some(texts(position), number):
        found = harness.outcome(contract, here)
        if isinstance(found, Made):
            faults = harness.faults(found, wanted, position, hostile)
            failed += [f"{name}: {fault}" for fault in faults]
        elif not harness.located(found, contract):
            failed.append(f"{name}: refused, and nobody knows where: {found}")
        if [file.name for file in here.iterdir()] != ["contract.yaml"]:
            failed.append(f"{name}: it made {CANARY}, or another file")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("place", sampled(OBJECTS, every=6))
def test_extensions_of_other_tools_have_no_effect_or_are_rejected(here: Path, place: str) -> None:
    wanted, failed = harmless(here).files, []
    for word, value in WORDS if ALL else WORDS[list(OBJECTS).index(place) % 16 :: 16]:
        contract = with_word(place, word, value)
        found = harness.outcome(contract, here)
        if isinstance(found, Made):
            other = [str(n) for n, text in found.files.items() if n.suffix == ".py" and text != wanted.get(n)]
            failed += [f"{word}: {value!r:.60} changes {name}" for name in other]
        elif not harness.located(found, contract):
            failed.append(f"{word}: refused, and nobody knows where: {found}")
    assert not failed, "\n".join(failed)


def said_everywhere(text: str) -> str:
    """The contract with a text in every place where people say something, and where any text is a value."""
    return harness.written_in([p for p in POSITIONS if " " in p] + VALUES, text)


VALUES = ["Garden", "1.2.3", "carpe", "alpha", "JWT", "LOAM", "Note", "BedKind", "region"]


def served(*folders: Path) -> subprocess.CompletedProcess[str]:
    """Services that are imported and read in one process, in which nothing else may happen."""
    secret, url = secrets.token_urlsafe(48), "postgresql://nobody@127.0.0.1:1/nothing"
    return subprocess.run(
        [sys.executable, Path(harness.__file__).with_name("serve.py"), *folders],
        env=os.environ
        | {"BETTER_AUTH_SECRET": secret, "DATABASE_URL": url, "LOG_REQUESTS": "false", "DOCS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_service_never_executes_contract_text(here: Path) -> None:
    """With everything imported and the pages read."""
    folders = [here / "harmless"]
    harness.lay(harmless(here), folders[0])
    for number, text in list(enumerate(PAYLOADS.values()))[:: 1 if ALL else 7]:
        made = harness.outcome(said_everywhere(text), here)
        if isinstance(made, Made):
            folders.append(here / str(number))
            harness.lay(made, folders[-1])
    assert len(folders) > (50 if ALL else 6)

    done = served(*folders)

    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{len(folders) - 1}\n")
    assert not list(here.rglob(CANARY))


@pytest.mark.parametrize(
    "code", [long(f"open('{CANARY}', 'w')"), f"__import__('os').system('touch {CANARY}')"]
)
def test_executed_contract_text_would_be_detected(here: Path, code: str) -> None:
    for folder in ("harmless", "evil"):
        harness.lay(harmless(here), here / folder)
    app = here / "evil" / "generated" / "app.py"
    app.write_text(f"{app.read_text('utf-8')}\n{code}\n", "utf-8")

    done = served(here / "harmless", here / "evil")

    assert done.returncode == 3
    assert CANARY in done.stderr
    assert not (here / CANARY).exists()
