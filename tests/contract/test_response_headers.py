"""A header that the service never sends is left out of an answer, and stays in others that share it."""

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.dialects.projects import HERE
from tests.rules.mistakes_workspace import WORKSPACE
from tests.support.contracts import Load

KEYS = (HERE / "keys" / "contract.yaml").read_text("utf-8")
SHARED = '{$ref: "#/components/responses/Label"}'
ETAG = "headers: {ETag: {schema: {type: string}}}"


def tagged(load: Load, text: str) -> dict[str, bool]:
    """Whether the answer of each operation declares an ETag; no rule refuses any."""
    document = load(text)
    assert registry.problems_of("FH321", document) == []
    successes = ((o.id, o.success_response()) for o in operations(document))
    return {name: "ETag" in ((found and found[1].get_value("headers")) or {}) for name, found in successes}


def test_a_list_sends_no_tag(load: Load) -> None:
    text = WORKSPACE.replace("labels.\n", f"labels.\n          {ETAG}\n", 1)
    assert ETAG in text

    found = tagged(load, text)

    assert not found["listLabels"]
    assert found["getTask"]
    assert "listLabels does not send the header ETag" in {note.message for note in load(text).notes}


def test_others_that_share_the_response_keep_it(load: Load) -> None:
    before, _, after = KEYS.partition("operationId: deleteLabel\n")
    text = f"{before}operationId: deleteLabel\n" + after.replace(
        '"204": {description: It is gone.}', f'"200": {SHARED}', 1
    )

    found = tagged(load, text)

    assert found["getLabel"]
    assert not found["deleteLabel"]
