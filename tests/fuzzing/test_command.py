"""The command `freehold fuzz`: what it finds, how that is reproduced, and what it refuses."""

import re
import signal
import subprocess
import sys
import time
from importlib import util
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from freehold.contract.samples.identities import sample_claims
from freehold.workbench import development_tokens
from tests.fuzzing.conftest import Faulty
from tests.runtime.test_fuzz import sample_contract
from tests.support.contracts import Run, edit
from tests.support.measuring.waiting import ends_within
from tests.support.service import Service

COMMAND = re.compile(r"^ {6}((?:printf|curl) .*)$", re.MULTILINE)


def junit(file: Path) -> dict[str, dict[str, list[str]]]:
    """The failures of each test case, by suite."""
    suites = ET.parse(file).getroot().findall("testsuite")
    found = {
        str(suite.get("name")): {
            str(case.get("name")): [str(failure.text) for failure in case.findall("failure")]
            for case in suite.findall("testcase")
        }
        for suite in suites
    }
    for suite in suites:
        cases = found[str(suite.get("name"))].values()
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(sum(map(len, cases)))
    return found


def perform(line: str, service: Service) -> str:
    """Run a line of a report in a shell, with tokens in variables as the report says."""
    users = re.findall(r"TOKEN_\w+", line)
    tokens = {
        name: development_tokens.sign(service.secret, subject_of(name)) for name in dict.fromkeys(users)
    }
    done = subprocess.run(["sh", "-c", line], env=tokens, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode("utf-8", "replace")


def subject_of(variable: str) -> str:
    return f"fuzz-{variable.removeprefix('TOKEN_').lower()}-7"


@pytest.mark.long
def test_a_clean_service_passes(
    freehold: Run, sample: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETTER_AUTH_SECRET", service.secret)
    with ends_within(9):
        result = freehold("fuzz", "--url", service.url, "--time", "9s", "--junit", "reports/fuzz.xml")

    assert result.exit_code == 0, result.output
    assert re.search(r"\(seed \d+\)", result.stderr)
    assert "Creates, changes and deletes rows of these users." in result.stderr
    assert [line.partition(":")[0] for line in result.stdout.splitlines()[:3]] == [
        "isolation", "nasty values", "Schemathesis",
    ]  # fmt: skip
    found = junit(sample / "reports" / "fuzz.xml")
    assert len(found["isolation"]) == len(found["nasty values"]) == 7
    assert not any(failures for suite in found.values() for failures in suite.values())
    assert not (sample / ".freehold").exists()


def test_a_failure_is_reported_with_a_request_that_shows_it(
    freehold: Run, faulty: Faulty, tmp_path: Path
) -> None:
    with faulty("FailsForText") as service:
        result = freehold(
            "fuzz", "--url", service.url, "--time", "5s", "--operation", "createTask", "--seed", "7",
            "--junit", "fuzz.xml",
        )  # fmt: skip
        assert result.exit_code == 1, result.output
        answers = [perform(line, service) for line in COMMAND.findall(result.stdout)]

    assert answers
    assert any(re.match(r"HTTP/1.1 500 ", answer) for answer in answers)
    assert "createTask not_a_server_error" in result.stdout
    assert f"freehold fuzz --url {service.url} --operation createTask --seed 7" in result.stdout
    assert "export TOKEN_ALICE=$(freehold token --sub fuzz-alice-7)" in result.stdout
    failures = junit(tmp_path / "fuzz.xml")["nasty values"]["createTask not_a_server_error"]
    assert "The response is 500" in failures[0]
    assert "eyJ" not in result.output + (tmp_path / "fuzz.xml").read_text("utf-8")


@pytest.mark.long
def test_a_leak_is_reported_with_requests_that_show_it(freehold: Run, faulty: Faulty) -> None:
    with faulty("ChangesForOthers") as service:
        result = freehold(
            "fuzz", "--url", service.url, "--time", "4s", "--operation", "updateTask", "--seed", "7"
        )
        assert result.exit_code == 1, result.output
        part = result.stdout.partition("updateTask isolation_between_users")[2].partition("\n2.")[0]
        foreign, missing = (perform(line, service) for line in COMMAND.findall(part))

    assert foreign.startswith("HTTP/1.1 200 ")
    assert missing.startswith("HTTP/1.1 404 ")


@pytest.mark.long
def test_an_undeclared_response_is_reported(freehold: Run, faulty: Faulty) -> None:
    with faulty("FailsInPath") as service:
        result = freehold(
            "fuzz", "--url", service.url, "--time", "6s", "--operation", "getTask", "--seed", "7"
        )
        answers = [perform(line, service) for line in COMMAND.findall(result.stdout)]

    assert result.exit_code == 1, result.output
    assert "getTask response_conformance" in result.stdout
    assert any(answer.startswith("HTTP/1.1 418 ") for answer in answers)


@pytest.mark.long
def test_the_service_of_the_project_is_fuzzed_on_a_database_of_its_own(freehold: Run, sample: Path) -> None:
    with ends_within(25):
        result = freehold("fuzz", "--time", "25s", "--har", "fuzz.har")

    assert result.exit_code == 0, result.output
    assert "removed afterwards" in result.stderr
    assert (sample / ".freehold" / "fuzz.log").is_file()
    har = (sample / "fuzz.har").read_text("utf-8")
    assert '"log"' in har
    assert "eyJhbGciOi" not in har  # the header of a token, {"alg":...; base64 of other JSON has "eyJ" too


@pytest.mark.long
@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 3), (signal.SIGTERM, 14)])
def test_an_interrupted_run_reports_what_it_has_found(
    faulty: Faulty, sample: Path, number: signal.Signals, seconds: float
) -> None:
    program = str(Path(sys.executable).with_name("freehold"))
    with faulty("FailsForText", "ChangesForOthers") as service:
        command = [program, "fuzz", "--url", service.url, "--time", "25s"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stderr is not None
        while b"Creates, changes" not in (line := process.stderr.readline()):
            assert line
        time.sleep(seconds)
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)

    assert process.returncode == 1
    assert b"Interrupted: the rest was left out." in errors
    assert b"updateTask isolation_between_users" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--time", "0s"), "'0s' is not a duration: use 30s, 5m, 1h or 1h30m."),
        (("--time", "soon"), "'soon' is not a duration"),
        (("--time", "5 m"), "'5 m' is not a duration"),
        (("--seed", "-1"), "-1 is not in the range"),
        (("--url", "https://api.example.com"), "api.example.com is another machine."),
        (("--url", "http://192.0.2.7:8000"), "192.0.2.7 is another machine."),
        (("--url", "ftp://127.0.0.1"), "ftp://127.0.0.1 is not the address of a service"),
        (("--url", "file:///etc/passwd", "--allow-remote"), "file:///etc/passwd is not the address"),
        (("--url", "127.0.0.1:8000"), "127.0.0.1:8000 is not the address of a service"),
        (("--url", "http://127.0.0.1:9"), "http://127.0.0.1:9/openapi.json cannot be read"),
    ],
)
def test_wrong_usage_says_what_to_do(
    freehold: Run, sample: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = freehold("fuzz", *arguments)

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_wrong_users_and_operations_are_refused(freehold: Run, sample: Path, service: Service) -> None:
    claims = sample_claims(sample_contract(), "alice")
    alice = development_tokens.sign(service.secret, "alice", claims=claims)

    def refused(*arguments: str) -> str:
        result = freehold("fuzz", "--url", service.url, *arguments)
        assert result.exit_code == 2
        return str(result.stderr)

    assert "Two tokens are needed, of two users; 1 were given." in refused("--token", alice)
    assert "Both tokens belong to alice" in refused("--token", alice, "--token", alice)
    assert "The token of bob is not a JSON Web Token." in refused("--token", alice, "--token", "secret")
    assert "Unknown operation: noTask. Available operations: listTasks," in refused("--operation", "noTask")


@pytest.mark.long
def test_tokens_of_the_environment_are_used(
    freehold: Run, sample: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, subject in (("TOKEN_ALICE", "ann"), ("TOKEN_BOB", "ben")):
        monkeypatch.setenv(variable, development_tokens.sign(service.secret, subject))

    result = freehold("fuzz", "--url", service.url, "--time", "3s", "--operation", "getTask")

    assert result.exit_code == 0, result.output
    assert "as ann and ben" in result.stderr


def test_a_missing_package_is_named(freehold: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = util.find_spec
    monkeypatch.setattr(
        "freehold.fuzzing.schemathesis_runner.runs.find_spec",
        lambda name: None if name == "schemathesis" else find(name),
    )

    result = freehold("fuzz")

    assert result.exit_code == 2
    assert "pip install 'freehold[testing]'" in result.stderr


def test_a_configuration_that_is_not_toml_is_refused(
    freehold: Run, sample: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETTER_AUTH_SECRET", service.secret)
    (sample / "schemathesis.toml").write_text("[checks", "utf-8")

    result = freehold("fuzz", "--url", service.url, "--time", "1s")

    assert result.exit_code == 2
    assert "schemathesis.toml is not TOML" in result.stderr


def test_a_service_of_another_contract_is_refused(freehold: Run, sample: Path, service: Service) -> None:
    edit(sample, "title: Tasks API", "title: Tasks of tomorrow")

    result = freehold("fuzz", "--url", service.url, "--time", "1s")

    assert result.exit_code == 2
    assert "serves another document than this contract describes. Run `freehold generate`" in result.stderr
