"""The Location header of a new row is a valid path."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import quote, unquote

import pytest

from tests.dialects.conftest import Dialect


@pytest.mark.parametrize(
    "name", ["日本", "e\u0301", "Łukasz", "a b", "a%2Fb", "%41", "a?b#c", "~-._!$&'()*+,;=:@"]
)
def test_a_location_leads_to_the_row_for_any_owner(
    run_dialect: Callable[[str], Dialect], people: ExitStack, name: str
) -> None:
    somebody = run_dialect("path_owner").user(people, f"{name}{secrets.token_hex(4)}")
    tasks = f"/api/{quote(somebody.subject, safe='')}/tasks"

    created = somebody.client.post(tasks, json={"title": "First"})

    assert created.status_code == 201, created.text
    place = created.headers["Location"]
    assert quote(unquote(place), safe="/:@!$&'()*+,;=") == place
    assert somebody.client.get(place).json() == created.json()
