"""Examples are compared with their schemas, at every place where OpenAPI has them."""

import pytest

from freehold.contract import effective_contract
from freehold.rules import warnings
from tests.support import contracts as c
from tests.support.contracts import Change, Load, after, changed, split_marker, within

_VERSIONS = ("3.0.3", "3.1.0")


def of_body(added: str) -> Change:
    """The sample with something beside the schema of the body that creates a task."""
    return within(c.CREATED, (c.CREATED, f"{c.CREATED}\n            {added}"))


_PLACES: dict[str, tuple[Change, str]] = {
    "a schema": (after(c.LIMITS, '          example: »""\n'), "the value fails minLength"),
    "a property inside an example": (of_body("example: {title: »7}"), "/title fails type"),
    "a name that the schema does not know": (
        of_body("example: {title: x, color: »red}"), "/color fails additionalProperties"),
    "a required property": (of_body("»example: {}"), "/title fails required"),
    "a named example": (
        of_body("examples: {good: {value: {title: x}}, bad: {value: {title: »7}}}"), "/title fails type"),
    "a parameter": (after(c.PAGE, "          example: »0\n"), "the value fails minimum"),
    "a response": (after(c.PAGED, "              »example: {data: []}\n"), "/page fails required"),
    "a header": (
        after(c.FOUND, "          headers: {ETag: {schema: {type: string}, example: »7}}\n"),
        "the value fails type"),
}  # fmt: skip


def warned(load: Load, text: str) -> list[tuple[str, str]]:
    document = effective_contract.build_effective_contract(load(text))
    found = [problem for problem in warnings.find_warnings(document) if problem.code == "FH907"]
    return [(f"{problem.line}:{problem.column}", problem.message) for problem in found]


@pytest.mark.parametrize("version", _VERSIONS)
@pytest.mark.parametrize("place", _PLACES)
def test_an_example_that_does_not_match_is_warned_about(load: Load, place: str, version: str) -> None:
    change, what = _PLACES[place]
    text, position = split_marker(changed(change, ("openapi: 3.1.0", f"openapi: {version}")))

    found = warned(load, text)

    assert found
    assert (position, f"the example does not match its schema: {what}") in found


def test_examples_of_3_1_are_a_list_in_a_schema(load: Load) -> None:
    text, position = split_marker(changed(after(c.LIMITS, '          examples: [Water, »"", Feed]\n')))

    assert [place for place, _ in warned(load, text)] == [position]


@pytest.mark.parametrize("example", ["{externalValue: 'https://example.org/a.json'}", "{value: {title: x}}"])
def test_what_matches_or_is_elsewhere_is_not_warned_about(load: Load, example: str) -> None:
    assert warned(load, changed(of_body(f"examples: {{one: {example}}}"))) == []


def test_a_shared_request_body_has_what_a_client_can_send(load: Load) -> None:
    shared = """  requestBodies:
    Task:
      required: true
      content:
        application/json:
          schema: {$ref: "#/components/schemas/Task"}
          example: {title: %s, description: x}
"""
    using = (c.BODY, '      requestBody: {$ref: "#/components/requestBodies/Task"}\n')
    renamed = ("    TaskCreate:\n", "    NewTask:\n")

    def text(title: str) -> str:
        return changed(using, renamed, c.before("  schemas:\n", shared % title))

    assert warned(load, text("x")) == []
    assert [what for _, what in warned(load, text("''"))] == [
        "the example does not match its schema: /title fails minLength"
    ]


def test_an_example_of_a_resource_can_be_that_of_a_request(load: Load) -> None:
    written = after(c.TASK, "      example: {title: x, description: z, completed: true}\n")
    broken = after(c.TASK, "      example: {title: x, description: z, completed: 1}\n")

    assert warned(load, changed(written)) == []
    assert [what.rpartition(": ")[2] for _, what in warned(load, changed(broken))] == [
        "/completed fails type"
    ]


def test_properties_that_are_named_like_examples_are_schemas(load: Load) -> None:
    named = "        example: {type: integer}\n        examples: {type: object}\n"

    assert warned(load, changed(c.before(c.COMPLETED, named))) == []


def test_the_number_of_warnings_is_bounded(load: Load) -> None:
    many = ", ".join(['""'] * 200)
    wrong = "{" + ", ".join(f"w{n}: 1" for n in range(30)) + ", title: x}"

    assert len(warned(load, changed(after(c.LIMITS, f"          examples: [{many}]\n")))) == 50
    assert len(warned(load, changed(of_body(f"example: {wrong}")))) == 3
