"""What differs in every answer is left out of comparisons, and nothing else."""

import pytest

from freehold.ground.varying_parts import without_varying_parts

HEADERS = {
    "date": "Mon, 02 Mar 2026 09:30:59 GMT",
    "x-request-id": "a-request",
    "content-length": "9",
    "allow": "GET",
}
PATH = "/tasks/7"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"instance": "urn:request:a-request"}', '{"instance": "urn:request:<request id>"}'),
        ('{"timestamp": "2026-03-02T09:30:59Z"}', '{"timestamp": "<time>"}'),
        ('{"timestamp": "2026-03-02T09:31:01Z"}', '{"timestamp": "<time>"}'),
        ('{"path": "/tasks/7"}', '{"path": "<path>"}'),
        *[
            (text, text)
            for text in (
                '{"timestamp": "2026-03-02T09:31:02Z"}',
                '{"made": "2026-03-02T09:30:59.123456Z"}',
                '{"made": "2025-03-02T09:30:59Z"}',
                '{"path": "/tasks/77"}',
                '{"path": "/tasks/8"}',
            )
        ],
    ],
)
def test_an_error_loses_what_differs_in_every_answer(text: str, left: str) -> None:
    assert without_varying_parts(text, 404, HEADERS, PATH)[1] == left


def test_a_success_loses_the_id_of_the_request_only() -> None:
    text = '["a-request", "2026-03-02T09:30:59Z", "/tasks/7"]'

    left = '["<request id>", "2026-03-02T09:30:59Z", "/tasks/7"]'
    assert without_varying_parts(text, 200, HEADERS, PATH)[1] == left


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_an_answer_without_a_date_keeps_its_times(date: str) -> None:
    text = '{"timestamp": "2026-03-02T09:30:59Z"}'

    assert without_varying_parts(text, 404, {"date": date}, PATH)[1] == text


def test_headers_lose_what_differs_in_every_answer() -> None:
    text = f'{{"path": "{PATH}"}}'
    headers = HEADERS | {"content-length": str(len(text))}

    assert without_varying_parts(text, 200, headers, PATH)[0] == {"allow": "GET", "content-length": "20"}
    assert without_varying_parts(text, 404, headers, PATH)[0] == {"allow": "GET", "content-length": "12"}
    assert without_varying_parts("", 404, headers, PATH)[0] == {"allow": "GET", "content-length": "20"}


def test_a_path_is_known_with_the_prefix_of_a_proxy_and_without() -> None:
    for path in ("/v1/tasks/7", "/tasks/7"):
        text = f'{{"path": "{path}"}}'

        assert without_varying_parts(text, 404, {}, "/v1/tasks/7", "/tasks/7")[1] == '{"path": "<path>"}'
