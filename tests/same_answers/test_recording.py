"""What `make same-answers` asks, and what it takes for the same."""

from typing import Any

import pytest
from typing_extensions import override

from tests.dialects.projects import HERE, NAMES
from tests.same_answers.recording import Answer, Recording, without_varying
from tests.support.two_users import load_contract


class Unsent(Recording):
    """The requests of a recording, which are not sent."""

    @override
    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = Answer(f"{method} {path} {headers} {body[:200]!r}", 503, (), b"")
        self.answers.append(answer)
        return answer


def sign(subject: str, claims: dict[str, Any]) -> str:
    return f"header.{subject}{len(claims)}.signature"


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_of_a_dialect_is_asked_often_and_always_the_same(name: str) -> None:
    contract = load_contract(HERE / name / "contract.yaml")

    asked = [Unsent("http://nowhere", contract, sign).record() for _ in range(2)]

    assert len(asked[0]) >= 30 * len(contract.operations)
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (b'{"id": "5f0c2f6e-1f0a-4f43-9d6a-0a51f4a3c111"}', b'{"id": "<uuid 0>"}'),
        (b"2026-11-29T18:18:03.963+00:00 to 2026-11-29T18:18:04Z", b"<time 0> to <time 1>"),
        (b"x" * 40 + b" " + b"x" * 40, b"<token 0> <token 0>"),
        (b'{"title": "Water 12", "status": 404}', b'{"title": "Water 12", "status": 404}'),
    ],
)
def test_only_what_no_two_services_have_in_common_is_left_out(text: bytes, rest: bytes) -> None:
    assert without_varying(text) == rest
