"""How pytest-xdist distributes the tests over its workers.

The tests of one unit run in one worker, one after the other, because they share a fixture that takes long to
set up: the service of a dialect, for example. The longest units start first, so that at the end no worker
has to wait for another one. A new dialect is a unit of its own.
"""

import os
import random
import re
from collections.abc import Sequence

import pytest
from typing_extensions import override
from xdist.scheduler import LoadScopeScheduling

from tests.dialects.projects import LARGEST, NAMES

SEED = os.environ.get("TEST_ORDER")
"""Of a random order of the units, instead of the longest first: it shows tests that depend on others."""
_DIALECT = re.compile(rf"\[({'|'.join(NAMES)}|small)\b")
_CLASSES = {f"Test{name.title().replace('_', '')}": name for name in NAMES}
"""The dialects of the classes of tests/dialects/test_every.py: `TestBetterAuth` is that of `better_auth`."""
_OF_DIALECTS = ("tests/dialects/", "tests/isolation/", "tests/fuzzing/test_plain_runs.py")
_TOGETHER = ("tests/hostile/matrix/",)
_TYPE_CHECKED = ("tests/overrides/test_type_checker.py", "tests/hostile_overrides/test_overrides.py")
"""They share the cache of mypy, which takes a dozen seconds to fill."""
_LONGEST = (
    "tests/clients/",
    "tests/dialects/",
    "tests/hostile/matrix/",
    "tests/workbench/test_dev_server",
    "tests/type_checked",
    "tests/hostile_overrides/",
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
    """Returns the name of the unit of a test: a dialect, a folder or its module.

    The largest dialect is a unit in each module.
    """
    module, _, rest = test.partition("::")
    dialect = _dialect(rest) if module.startswith(_OF_DIALECTS) else ""
    if dialect and dialect != LARGEST:
        return f"tests/dialects/{dialect}"
    if module in _TYPE_CHECKED:
        return "tests/type_checked"
    return next((folder for folder in _TOGETHER if module.startswith(folder)), module)


def _dialect(test: str) -> str:
    """Returns the dialect that the name of a test in its module tells, or an empty text."""
    found = _DIALECT.search(test)
    return found[1] if found else _CLASSES.get(test.partition("::")[0], "")


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


def in_random_order(items: Sequence[pytest.Item], seed: str) -> list[pytest.Item]:
    """Returns the tests with the units in an order that the seed determines."""
    units = {unit(item.nodeid): None for item in items}
    chance = random.Random(seed)
    places = {name: chance.random() for name in units}
    return sorted(items, key=lambda item: places[unit(item.nodeid)])
