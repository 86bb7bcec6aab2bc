"""The parts of the fuzzer: places, commands, reports, and the configuration of Schemathesis."""

import json
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from freehold.contract.operations.deep_objects import split_objects
from freehold.fuzzing import reports
from freehold.fuzzing.findings import Finding, Part, Report
from freehold.fuzzing.nasty import values
from freehold.fuzzing.nasty.places import content, places
from freehold.fuzzing.schemathesis_runner import configuration
from freehold.fuzzing.targets import Identity, Target
from freehold.fuzzing.wire import Request
from freehold.reading.document import Document
from tests.dialects.projects import HERE, NAMES
from tests.runtime.test_fuzz import sample_contract
from tests.support.two_users import load_contract

ALICE, BOB = (Identity(name, f"fuzz-{name}", f"token-of-{name}") for name in ("alice", "bob"))
BODIES = [
    bytes(range(256)), b"-n", b"--help", b"%d%s%%", b"\\101\\n", b"'\"$(id)`id`$HOME", b"", b"\n\n",
    "é😀".encode(),
]  # fmt: skip


def target(contract: Document) -> Target:
    return Target("http://127.0.0.1:1", contract, (ALICE, BOB))


@pytest.mark.parametrize("body", BODIES, ids=ascii)
def test_a_command_sends_the_very_bytes(body: bytes) -> None:
    command = Request(ALICE, "POST", "/tasks", {"X-Text": b"a'b"}, body).command("http://127.0.0.1:1")

    assert command is not None
    printed, curl = command.split(" | curl ")
    assert subprocess.run(["sh", "-c", printed], capture_output=True, check=True).stdout == body
    assert '-H "Authorization: Bearer $TOKEN_ALICE"' in curl
    assert ALICE.token not in command


def test_a_body_that_is_too_long_for_a_command_has_none() -> None:
    assert Request(ALICE, "POST", "/tasks", {}, b"x" * 5000).command("http://127.0.0.1:1") is None


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_and_property_is_a_place(name: str) -> None:
    for operation in load_contract(HERE / name / "contract.yaml").operations:
        found = places(operation)
        named = {
            (str(p.get_value("in")), str(p.get_value("name"))) for p in split_objects(operation.parameters())
        }
        body = operation.body_schema()

        assert named <= {(place.kind, place.name) for place in found}
        assert len(set(found)) == len(found)
        if body is not None and body.get_value("type") != "array":
            properties = {f"/{name}" for name in body.value["properties"]}
            assert properties <= {place.name for place in found}


def test_a_value_is_put_where_it_belongs() -> None:
    sample = {"title": "a", "list": [{"x": 1}, 2]}
    (create,) = (
        o for o in load_contract(HERE / "workspace" / "contract.yaml").operations if o.id == "createTask"
    )
    title = next(place for place in places(create) if place.name == "/title")

    assert json.loads(content(title, sample, b"[1, 2]")) == {**sample, "title": [1, 2]}
    assert content(title, sample, b"\xff{").count(b"\xff{") == 1
    assert sample["title"] == "a"


def test_toml_is_what_it_was() -> None:
    strings = [text for text in values.TEXTS.values() if "\0" not in text]
    config = {
        "texts": strings,
        "nested": {text: [{"a": True, "b": 1.5, "c": 3}] for text in strings},
        "path.user_id": "x",
    }

    assert tomllib.loads(configuration.toml_text(config)) == config


def test_the_users_are_added_to_the_configuration_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(
        configuration.default_text() + "\n[parameters]\nlimit = 5\n", "utf-8"
    )
    contract = load_contract(HERE / "path_owner" / "contract.yaml").operations[0].node.document
    config = configuration.load(tmp_path)

    whole = configuration.with_users(config, target(contract), tmp_path / "users.json")

    assert whole["parameters"] == {"limit": 5, "path.user_id": "fuzz-alice"}
    assert whole["auth"]["wfc"]["peers"] == ["alice", "bob"]
    for part in (whole, whole["operations"][0]):
        accepted = part["checks"]["positive_data_acceptance"]["expected-statuses"]
        assert 404 in accepted
        assert 401 not in accepted
    assert 401 in config["checks"]["positive_data_acceptance"]["expected-statuses"]


def test_one_value_for_a_field_that_can_come_several_times_is_no_wrong_data(tmp_path: Path) -> None:
    contract = load_contract(HERE / "fastapi" / "contract.yaml").operations[0].node.document

    whole = configuration.with_users(configuration.load(None), target(contract), tmp_path / "users.json")

    of_forms = [part for part in whole["operations"] if "include-operation-id" in part]
    assert [part["include-operation-id"] for part in of_forms] == ["items-attach_files"]
    assert "2xx" in of_forms[0]["checks"]["negative_data_rejection"]["expected-statuses"]


def test_a_report_is_well_formed_whatever_was_found(tmp_path: Path) -> None:
    texts = [text for text in values.TEXTS.values() if text.isprintable() or "\0" in text]
    findings = tuple(Finding("check", f"op{i}", f"What?\n{text}", (text,)) for i, text in enumerate(texts))
    report = Report(7, (Part("a part", ("op0", "clean"), 3, 1.5, findings, ("left out",)),))

    reports.write_junit(report, tmp_path / "new" / "junit.xml", ["freehold", "fuzz"])
    text = reports.text(report, target(sample_contract()), ["freehold", "fuzz"], "http://127.0.0.1:8000")

    (suite,) = ET.parse(tmp_path / "new" / "junit.xml").getroot()
    assert suite.get("failures") == str(len(findings))
    assert suite.get("tests") == str(len(findings) + 1)
    assert text.startswith(
        f"a part: {len(findings)} failures (3 requests, 2 operations, 2 s)\n   left out.\n"
    )
    assert "freehold fuzz --operation op0 --seed 7" in text
