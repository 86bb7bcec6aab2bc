"""The served document tells how far a capped total is counted."""

import pytest

from freehold.publishing.schemas.capped_totals import bound_capped_totals

SENTENCE = "Rows beyond 10,000 are not counted."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"x-total": "capped"}, {"description": SENTENCE, "maximum": 10_000}),
        (
            {"x-total": "capped", "description": "How many there are.", "maximum": 500},
            {"description": f"How many there are. {SENTENCE}", "maximum": 500},
        ),
        ({"x-total": "exact"}, {}),
        ({}, {}),
    ],
)
def test_a_capped_total_has_a_maximum_and_a_sentence(
    before: dict[str, object], after: dict[str, object]
) -> None:
    total = {"type": "integer", **before}
    page = {"type": "object", "properties": {"x-total": {"const": "capped"}, "total": total}}
    bound_capped_totals({"openapi": "3.1.0", "components": {"schemas": {"Page": page}}})

    assert {name: value for name, value in total.items() if name not in ("type", "x-total")} == {
        name: value for name, value in {**before, **after}.items() if name != "x-total"
    }
    assert page["properties"] == {"x-total": {"const": "capped"}, "total": total}
