"""The Location header of a new row is a valid path."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from freehold.database import embedded_postgres
from tests.dialects.projects import copy_project, freehold
from tests.support import two_users
from tests.support.service import PATIENT, Database, Service, serving

NUMBERS = {
    "x-owner: true, schema: {type: integer, format: int64}": "x-owner: true, schema: {type: string}",
    "owner: {column: user_id, format: int64}": "owner: user_id",
}


@pytest.fixture(scope="module")
def service(server: embedded_postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The dialect with the owner in its paths, whose owners are texts here."""
    name = f"texts_{secrets.token_hex(4)}"
    embedded_postgres.create_database(server, name)
    folder, database = copy_project("path_owner", tmp_path_factory.mktemp(name)), Database(server.url(name))
    contract = folder / "contract.yaml"
    text = contract.read_text("utf-8")
    for number, plain in NUMBERS.items():
        assert number in text
        text = text.replace(number, plain)
    contract.write_text(text, "utf-8")
    freehold(folder, database.url, "generate", "migrate new -m Everything", "migrate up")
    with serving(folder, database, **PATIENT) as running:
        yield running


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["日本", "e\u0301", "Łukasz", "a b", "a%2Fb", "%41", "a?b#c", "~-._!$&'()*+,;=:@"]
)
def test_a_location_leads_to_the_row_for_any_owner(service: Service, people: ExitStack, name: str) -> None:
    subject = f"{name}{secrets.token_hex(4)}"
    contract = two_users.load_contract(Path(__file__).parent / "path_owner" / "contract.yaml")
    client = people.enter_context(service.user(subject, contract.token_claims(subject)))

    created = client.post(f"/api/{quote(subject, safe='')}/tasks", json={"title": "First"})

    assert created.status_code == 201, created.text
    place = created.headers["Location"]
    assert quote(unquote(place), safe="/:@!$&'()*+,;=") == place
    assert client.get(place).json() == created.json()
