"""A short run of the fuzzer, whose long version is `freehold fuzz`."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from freehold.ground.problems import UsageError
from freehold.testing.service import Service

_SEED = 1
_EXAMPLES = 3  # for each operation and phase of Schemathesis
_NASTY = 200  # requests with nasty values
_KEPT = "HYPOTHESIS_STORAGE_DIRECTORY"


def find_nothing(service: Service, project: Path, written: Sequence[str]) -> None:
    """Send random requests as two users: nothing fails, leaks or has an undeclared answer.

    `written` are the operationIds of the operations that get requests.
    """
    from freehold.fuzzing import campaign, reports  # noqa: PLC0415 - they take a second to import
    from freehold.fuzzing.options import Options  # noqa: PLC0415
    from freehold.fuzzing.targets import Target, sign_users  # noqa: PLC0415

    if not written:
        pytest.skip("no operation is written yet in overrides/, and all of them answer 501")
    users = sign_users(service.contract, service.secret, _SEED)
    target = Target(service.url, service.contract, users, tuple(written))
    options = Options(_SEED, max_examples=_EXAMPLES, max_nasty=_NASTY, deterministic=True, project=project)
    with pytest.MonkeyPatch.context() as patch:
        if _KEPT not in os.environ:
            patch.setenv(_KEPT, str(project / ".hypothesis"))  # a table that takes seconds to make
        try:
            report = campaign.run(target, options)
        except UsageError as error:
            pytest.skip(str(error))
    if report.findings:
        again = ("freehold", "fuzz", "--time", "1m")
        found = reports.text(report, target, again, "http://127.0.0.1:8000")
        pytest.fail(f"Random requests have found something.\n\n{found}", pytrace=False)
