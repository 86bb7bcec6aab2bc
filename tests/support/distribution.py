"""How pytest-xdist distributes the tests over its workers.

The tests of one unit run in one worker, one after the other, because they share a fixture that takes long to
set up: the service of a dialect, for example. The longest units start first, so that at the end no worker
has to wait for another one.
"""

import re
from collections.abc import Sequence

import pytest
from typing_extensions import override
from xdist.scheduler import LoadScopeScheduling

_SMALL_DIALECTS = re.compile(
    r"\[(better_auth|drf|fastapi|forbidden|paged|path_owner|small)\b|::Test(BetterAuth|Drf|Fastapi|Forbidden|Paged|PathOwner)\b"
    r"|/test_(statements|locations)\.py"
)
_TOGETHER = ("tests/hostile/matrix/",)
_TYPE_CHECKED = ("tests/overrides/test_type_checker.py", "tests/hostile_overrides/test_overrides.py")
"""They share the cache of mypy, which takes a dozen seconds to fill."""
_LONGEST = (
    "tests/dialects/workspace",
    "tests/hostile/matrix/",
    "tests/workbench/test_dev_server",
    "tests/type_checked",
    "tests/clients/test_round_trips",
    "tests/dialects/small",
    "tests/hostile_overrides/",
    "tests/clients/",
    "tests/testing/",
    "tests/publishing/",
    "tests/real_contracts/",
    "tests/values/test_differential",
    "tests/values/test_json_schema_suite",
    "tests/workbench/",
    "tests/proof/",
    "tests/browser/",
    "tests/writing/",
    "tests/faults/",
    "tests/runtime/",
    "tests/malicious_contracts/",
    "tests/rules/",
    "tests/values/",
    "tests/fuzzing/",
    "tests/hostile/",
    "tests/docs/",
    "tests/printing/",
)


def unit(test: str) -> str:
    """Returns the name of the unit of a test: a group of dialects, a folder or its module."""
    module = test.partition("::")[0]
    if module.startswith(("tests/dialects/", "tests/isolation/")):
        return "tests/dialects/small" if _SMALL_DIALECTS.search(test) else "tests/dialects/workspace"
    if module in _TYPE_CHECKED:
        return "tests/type_checked"
    return next((folder for folder in _TOGETHER if module.startswith(folder)), module)


class Distribution(LoadScopeScheduling):
    """Distributes units of tests, in the order in which they were collected."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Returns the tests with those of the longest units first."""
    ranks = {name: rank for rank, name in enumerate(_LONGEST)}

    def rank(item: pytest.Item) -> int:
        name = unit(item.nodeid)
        return next((rank for start, rank in ranks.items() if name.startswith(start)), len(ranks))

    return sorted(items, key=rank)
