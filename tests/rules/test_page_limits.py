"""The limits of a page's own properties take each value that the service fills in."""

import json
from itertools import product
from typing import Any

import pytest
import yaml

from freehold.rules import registry
from tests.contract.test_page_words import CURSOR, OFFSET, SIZE, contract, page_parameter, reader
from tests.support.contracts import SAMPLE, Load
from tests.support.thoroughness import sampled

MANY = 2**31 - 1
EXACT = {**SIZE, "schema": {"type": "integer", "minimum": 5, "maximum": 50, "multipleOf": 5, "default": 10}}
CHOSEN = {**SIZE, "schema": {"type": "integer", "enum": [10, 20], "maximum": 20, "default": 10}}
FEW = page_parameter(minimum=1, maximum=9, default=1)
PAGING: dict[str, list[dict[str, Any]]] = {
    "from 1": [page_parameter(minimum=1), SIZE],
    "from 0": [page_parameter(minimum=0), SIZE],
    "few": [FEW, EXACT],
    "offset": [OFFSET, SIZE],
    "chosen": [OFFSET, CHOSEN],
    "sizes": [SIZE],
    "nothing": [],
    "cursor": [CURSOR, SIZE],
}
RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "total": dict.fromkeys(PAGING, (0, MANY)),
    "total_pages": dict.fromkeys(PAGING, (0, MANY)),
    "page": {
        "from 1": (1, MANY), "from 0": (0, MANY), "few": (1, 9), "sizes": (1, 1), "nothing": (1, 1),
    },
    "next_page": {"from 1": (2, MANY + 1), "from 0": (1, MANY + 1), "few": (2, 10)},
    "previous_page": {"from 1": (1, MANY - 1), "from 0": (0, MANY - 1), "few": (1, 8)},
    "offset": {"offset": (0, MANY), "chosen": (0, MANY), "sizes": (0, 0), "nothing": (0, 0)},
    "size": {
        "from 1": (1, 50), "from 0": (1, 50), "few": (5, 50), "offset": (1, 50), "chosen": (10, 20),
        "sizes": (1, 50), "nothing": (100, 100), "cursor": (1, 50),
    },
    "row_count": {
        "from 1": (0, 50), "few": (0, 50), "chosen": (0, 20), "nothing": (0, 100), "cursor": (0, 50),
    },
    "first_row": {"from 1": (1, MANY), "offset": (1, MANY), "sizes": (1, 1), "nothing": (1, 1)},
    "last_row": {"from 1": (1, MANY), "offset": (1, MANY), "sizes": (1, 50), "nothing": (1, 100)},
}  # fmt: skip
"""The smallest and the largest value of each role."""
CASES = [(role, name, *ends) for role, found in RANGES.items() for name, ends in found.items()]
_NULLABLE = {"next_page", "previous_page", "first_row", "last_row"}


def refused(load: Load, paging: str, role: str, **limits: Any) -> list[str]:
    """The first words of the advices about a property with a role and limits, each at its keyword."""
    kind = "boolean" if role in FLAGS else "string" if role in TEXTS else "integer"
    is_nullable = role in _NULLABLE or role in TEXTS
    prop = {"type": [kind, "null"] if is_nullable else kind, "x-page": role, **limits}
    next_cursor = {"next_cursor": {"type": ["string", "null"]}} if paging == "cursor" else {}
    text = contract(PAGING[paging], {**next_cursor, "itself": prop})
    problems = registry.problems_of("FH502", load(text))
    for problem in problems:
        value = text.splitlines()[problem.line - 1][problem.column - 1 :]
        texts = [(json.dumps(limit), json.dumps(word)) for word, limit in limits.items()]
        assert any(value.startswith(found) for found in texts), value[:20]
    return [problem.fix for problem in problems]


@pytest.mark.parametrize(("role", "paging", "least", "most"), sampled(CASES, every=2))
def test_numbers_may_have_the_limits_of_their_values(
    load: Load, role: str, paging: str, least: int, most: int
) -> None:
    fine = [{"minimum": least}, {"maximum": most}, {"exclusiveMinimum": least - 1}, {"multipleOf": 1}]
    wrong: list[dict[str, Any]] = [
        {"minimum": least + 1}, {"exclusiveMinimum": least}, {"exclusiveMaximum": most},
        {"maximum": most - 1}, {"enum": [least - 1, least - 2]}, {"const": most + 1},
        {"multipleOf": 7 * 10**9},
    ]  # fmt: skip
    is_zero = (least, most) == (0, 0)

    assert [limits for limits in fine if refused(load, paging, role, **limits)] == []
    taken = [limits for limits in wrong if not refused(load, paging, role, **limits)]
    assert taken == ([{"multipleOf": 7 * 10**9}] if is_zero else [])
    assert refused(load, paging, role, minimum=least + 1) == [f"Use `minimum: {least}` or less."]


@pytest.mark.parametrize("paging", ["few", "chosen"])
def test_a_size_may_be_what_its_parameter_can_be(load: Load, paging: str) -> None:
    sizes = [*range(5, 51, 5)] if paging == "few" else [10, 20]

    assert refused(load, paging, "size", enum=sizes) == []
    assert refused(load, paging, "size", multipleOf=5) == []
    assert refused(load, paging, "size", enum=sizes[1:]) == ["Remove it."]
    assert refused(load, paging, "size", multipleOf=20) == ["Remove it."]


def test_a_capped_total_has_a_largest_value(load: Load) -> None:
    for role, most in product(("total", "total_pages"), (9_999, 10_000)):
        more = {"x-total": "capped"} if role == "total" else {}
        text = contract([CURSOR, SIZE], {
            "next_cursor": {"type": ["string", "null"]},
            **({} if more else {"total": {"type": "integer", "x-total": "capped"}}),
            "itself": {"type": "integer", "x-page": role, "maximum": most, **more},
        })  # fmt: skip

        fixes = [problem.fix for problem in registry.problems_of("FH502", load(text))]
        assert fixes == ([] if most == 10_000 else ["Remove it, or use `maximum: 10000` or more."])


FLAGS: dict[str, dict[str, list[bool]]] = {
    "is_first": {
        "nothing": [True],
        "from 1": [False, True],
        "offset": [False, True],
        "cursor": [False, True],
    },
    "has_previous": {"nothing": [False], "from 1": [False, True], "offset": [False, True]},
    "is_last": {name: [False, True] for name in PAGING},
    "is_empty": {name: [False, True] for name in PAGING},
    "has_more": {name: [False, True] for name in PAGING},
}
TEXTS: dict[str, list[str]] = {
    "next_url": [*PAGING], "self_url": [*PAGING], "first_url": ["from 1"], "last_url": ["offset"],
    "previous_url": ["from 0"], "next_cursor": ["cursor"],
}  # fmt: skip
_FLAG_CASES = sampled([(role, name) for role, found in FLAGS.items() for name in found], every=2)
_TEXT_CASES = sampled([(role, name) for role, found in TEXTS.items() for name in found], every=3)


@pytest.mark.parametrize(("role", "paging"), _FLAG_CASES)
def test_flags_may_say_what_they_can_be(load: Load, role: str, paging: str) -> None:
    values = FLAGS[role][paging]

    assert refused(load, paging, role, enum=values) == []
    for value in (False, True):
        is_all = values == [value]
        assert bool(refused(load, paging, role, const=value)) is not is_all
        assert bool(refused(load, paging, role, enum=[value])) is not is_all


@pytest.mark.parametrize(("role", "paging"), _TEXT_CASES)
def test_texts_have_no_limits_that_a_link_or_a_cursor_breaks(load: Load, role: str, paging: str) -> None:
    is_cursor = role == "next_cursor"
    fine: list[dict[str, Any]] = [
        {"minLength": 1},
        {"pattern": "^[A-Za-z0-9_-]+$" if is_cursor else "^https?://"},
    ]
    fine += [] if is_cursor else [{"format": "uri"}, {"format": "uri-reference"}]
    wrong: list[dict[str, Any]] = [
        {"maxLength": 100}, {"maxLength": 2083}, {"minLength": 9000}, {"enum": ["a"]}, {"const": "a"},
        {"pattern": "^[0-9]+$"}, {"format": "uuid"}, {"format": "date-time"}, {"pattern": "^/api"},
    ]  # fmt: skip

    assert [limits for limits in fine if refused(load, paging, role, **limits)] == []
    assert [limits for limits in wrong if refused(load, paging, role, **limits) != ["Remove it."]] == []


@pytest.mark.parametrize("is_page", [True, False])
@pytest.mark.parametrize(("limits", "fix"), [
    ({"minItems": 0}, ""), ({"maxItems": 50}, ""), ({"maxItems": 51}, ""),
    ({"minItems": 1}, "Use `minItems: 0`."), ({"maxItems": 49}, "Use `maxItems: 50`"),
])  # fmt: skip
def test_the_rows_of_a_page_can_be_none_and_as_many_as_a_page_has(
    load: Load, limits: dict[str, int], fix: str, *, is_page: bool
) -> None:
    root: dict[str, Any] = yaml.safe_load(contract([page_parameter(minimum=1), SIZE], {}))
    rows = root["components"]["schemas"]["TaskPage"]["properties"]["rows"]
    rows.update(limits)
    if not is_page:
        answer = root["paths"]["/api/tasks"]["get"]["responses"]["200"]["content"]["application/json"]
        answer["schema"] = rows

    found = registry.problems_of("FH502", load(json.dumps(root)))

    assert [problem.fix.startswith(fix) for problem in found] == [True] * bool(fix)


@pytest.mark.parametrize("exclusive", ["exclusiveMinimum", "exclusiveMaximum"])
def test_openapi_3_0_excludes_a_limit_with_true(load: Load, exclusive: str) -> None:
    word, limit = ("minimum", 0) if "Minimum" in exclusive else ("maximum", 50)
    for offset, is_refused in ((0, True), (-1 if word == "minimum" else 1, False)):
        prop = {"type": "integer", word: limit + offset, exclusive: True}
        root = yaml.safe_load(contract([page_parameter(minimum=1), SIZE], {"item_count": prop}))
        root["openapi"] = "3.0.3"
        found = registry.problems_of("FH502", load(json.dumps(root)))
        assert bool(found) is is_refused


def test_the_ranges_are_those_of_the_code(load: Load) -> None:
    names = {name: {"type": ["integer", "null"], "x-page": name} for name in RANGES if name != "offset"}
    for paging, first in (("from 1", 1), ("from 0", 0)):
        read = reader(load(contract(PAGING[paging], names)))
        for total, size, index in product((0, 1, 50, 51, 999), (1, 2, 50), (0, 1, 40)):
            rows = [*range(total)][index * size : (index + 1) * size]
            page = read(page=first + index, size=size, rows=rows, total=total)
            for name in names:
                least, most = RANGES[name].get(paging) or RANGES[name]["from 1"]
                assert page[name] is None or least <= page[name] <= most, name


def test_the_sample_has_limits_that_hold(load: Load) -> None:
    assert registry.problems_of("FH502", load(SAMPLE)) == []
