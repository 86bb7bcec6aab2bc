"""Schemathesis against the running service: all phases and checks, with two isolated users."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.contract.merge_patches import object_properties
from freehold.contract.operations import IDEMPOTENCY_KEY, ContractOperation, uses_cursor_pagination
from freehold.contract.resources import references
from freehold.workbench import development_tokens
from tests.support.service import ROOT, Database, Service, serving
from tests.support.thoroughness import count
from tests.support.two_users import Contract, load_contract

EXAMPLES = count("FUZZ_EXAMPLES", short=10, long=30)
RANDOM = "FUZZ_EXAMPLES" in os.environ
"""Whether each run tries other values: only those of `make fuzz` do."""
CONFIG = """
continue-on-failure = true
[parameters]
"path.user_id" = "{owner}"
[auth.wfc]
path = "users.yaml"
user = "alice"
peers = ["alice", "bob"]
[generation]
mode = "all"
max-examples = {examples}
allow-x00 = false
deterministic = {deterministic}
database = "none"
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx"]
negative_data_rejection.expected-statuses = [400, 401, 404, 405, 412, 415, 422, 428]
missing_required_header.expected-statuses = [401, 404, 422, 428]
positive_data_acceptance.expected-statuses = ["2xx", 304, 404, 409, 412]
max_response_time = 5.0
"""
# a cursor that nobody handed out, the id of a row that is not there, and a merge patch that the stored object
# does not fit: they match the contract and are refused
DEPENDENT = """
[[operations]]
include-name = "{method} {path}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 304, 404, 409, 412, 422]
"""
KEPT = {"HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis")}
"""Where the table of all characters is kept, which takes seconds to make. Examples are not kept."""
USER = '- name: {name}\n  fixedHeaders: [{{name: Authorization, value: "Bearer {token}"}}]\n'

LEAK = {  # one row is found without its owner, and nothing refuses such a statement
    ("rows/statement_builder.py", "and_(cls._row_condition(), cls._column(cls.row.id_column)"): (
        "and_(cls.visible(), cls._column(cls.row.id_column)"
    ),
    (
        "rows/statement_guard.py",
        "if not any(conjunct.compare(condition) for conjunct in _conjuncts(part.whereclause)):",
    ): "if False:",
}


def fuzz(
    service: Service, folder: Path, checks: str = "all", contract: Contract | None = None
) -> "subprocess.CompletedProcess[str]":
    """Fuzz as two users. The first one is the owner in paths."""
    known = contract or load_contract(ROOT / "openapi" / "tasks-api.yaml")
    users = {name: known.new_subject() for name in ("alice", "bob")}
    deterministic = "false" if RANDOM else "true"
    config = CONFIG.format(examples=EXAMPLES, deterministic=deterministic, owner=users["alice"])
    config += "".join(DEPENDENT.format(method=o.method.upper(), path=o.path) for o in dependent(known))
    (folder / "schemathesis.toml").write_text(config)
    signed = {
        user: development_tokens.sign(service.secret, named, claims=known.token_claims(named))
        for user, named in users.items()
    }
    written = [USER.format(name=name, token=token) for name, token in signed.items()]
    (folder / "users.yaml").write_text("auth:\n" + "".join(written))
    program = Path(sys.executable).with_name("schemathesis")
    command = [str(program), "--config-file=schemathesis.toml", "run", f"{service.url}/openapi.json"]
    return subprocess.run(
        [*command, "--no-color", f"--checks={checks}"],
        cwd=folder,
        env=os.environ | KEPT,
        capture_output=True,
        text=True,
        check=False,
    )


def dependent(contract: Contract) -> list[ContractOperation]:
    """The operations whose valid requests can be refused, because of what is stored."""
    writes = ("create", "update", "replace")
    return [
        o
        for o in contract.operations
        if uses_cursor_pagination(o)
        or (o.kind in writes and references(contract.resource_of(o)))
        or o.request_header(IDEMPOTENCY_KEY)
        or (o.kind == "update" and object_properties(o))
    ]


def test_the_service_conforms_to_its_contract(service: Service, tmp_path: Path) -> None:
    done = fuzz(service, tmp_path)

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Tested: 7" in done.stdout
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout


@pytest.mark.long
def test_the_fuzzer_detects_a_leak(make_database: Callable[[], Database], tmp_path: Path) -> None:
    """The fuzzer detects a service without the owner condition in statements on one row."""
    leaky = tmp_path / "leaky"
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, leaky / name)
    for (name, whole), cut in LEAK.items():
        file = leaky / "generated" / "runtime" / name
        text = file.read_text("utf-8")
        assert whole in text
        file.write_text(text.replace(whole, cut), "utf-8")
    (tmp_path / "fuzz").mkdir()

    with serving(leaky, make_database()) as service:
        done = fuzz(service, tmp_path / "fuzz", "object_level_authorization")

    assert done.returncode == 1
    assert "bob" in done.stdout
