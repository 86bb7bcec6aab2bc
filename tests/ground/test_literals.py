"""Contract text reaches Python source as a text, whatever it holds."""

import ast
import random
from collections.abc import Callable

import pytest

from freehold import pipeline
from freehold.building import service
from freehold.contract import effective_contract
from freehold.ground.literals import Code, docstring, literal, require_code
from freehold.ground.problems import ContractError
from freehold.reading.document import Document
from freehold.rules import registry
from tests.support.contracts import COMPLETED, DONE, PER_PAGE, Load, before, changed
from tests.support.thoroughness import sampled

HOSTILE = {
    "nothing": "",
    "blanks": " \t \n ",
    "plain words": "List your tasks",
    "a question": "Is it done?",
    "a quote": 'say "hi"',
    "a quote at the end": 'the "end"',
    "an apostrophe": "it's a task's",
    "both quotes": "'\"'\"",
    "three quotes": 'a """ b',
    "three apostrophes": "a ''' b",
    "a way out of a docstring": '"""\nimport os; os.system("true")\n"""',
    "a backslash": "C:\\new\\table",
    "a backslash at the end": "the end\\",
    "an escape": "\\x41 \\N{DIGIT ONE} \\",
    "a newline": "one\ntwo",
    "a carriage return": "one\rtwo",
    "both": "one\r\ntwo",
    "a form feed": "one\x0ctwo",
    "a line separator": "one\u2028two",
    "a paragraph separator": "one\u2029two",
    "a next line": "one\x85two",
    "a NUL": "one\x00two",
    "an escape sequence": "\x1b[31mred",
    "half a character": "\ud800",
    "the other half": "a\udfffb",
    "letters of the world": "Grüße, 世界, שלום",
    "an emoji": "👩‍🚀",
    "letters that run backwards": "\u202eevil\u202c",
    "a byte order mark": "\ufeffa",
    "a template": "{{ 7 * 7 }} {% raw %} {# no #}",
    "a format": "%s {0} {name!r} $x",
    "a comment": "# not code",
    "a long text": "a word " * 60,
    "a long word": "x" * 400,
    "dots": "Well...",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_literal_preserves_strings(text: str) -> None:
    source = literal(text)

    assert isinstance(source, Code)
    assert ast.literal_eval(source) == text
    assert len(source.splitlines()) == 1


@pytest.mark.parametrize(
    "value", [None, True, False, 0, -7, 2**70, 0.5, -1e300, [], ["a", None], {"a": [1, "'"]}, ("x",)]
)
def test_literal_preserves_values(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


def parsed_docstring(source: str) -> str | None:
    """What Python has as the docstring of a method that begins with this source."""
    module = ast.parse(f"class C:\n    def method(self):\n        {source}\n        return 1\n")
    cls = module.body[0]
    assert isinstance(cls, ast.ClassDef)
    method = cls.body[0]
    assert isinstance(method, ast.FunctionDef)
    assert len(method.body) == 2, "the text became a statement"
    return ast.get_docstring(method, clean=False)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_docstring_preserves_the_words_and_ends_with_a_period(text: str) -> None:
    source = docstring(text)

    found = parsed_docstring(source)

    assert isinstance(source, Code)
    assert found is not None
    expected = words(text)
    assert words(found) == (
        expected if expected.endswith((".", "!", "?")) or not expected else f"{expected}."
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_docstring_is_a_single_quoted_line(text: str) -> None:
    source = docstring(text)

    assert len(source.splitlines()) == 1
    assert source.startswith('"""')
    assert source.endswith('"""')
    assert source.isprintable()


def test_docstring_does_not_break_hyphenated_words() -> None:
    text = "well-known " * 20

    assert words(parsed_docstring(docstring(text)) or "") == words(text) + "."


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("List your tasks", '"""List your tasks."""'),
        ('say "hi"', '"""say \\"hi\\"."""'),
        ("C:\\new", '"""C:\\\\new."""'),
        ("Grüße, 世界!", '"""Grüße, 世界!"""'),
        ("one\x00two", '"""one\\x00two."""'),
        ("\u202eevil", '"""\\u202eevil."""'),
    ],
)
def test_docstring_escapes_only_quotes_and_non_printable_characters(text: str, source: str) -> None:
    assert docstring(text) == source


def test_random_strings_stay_strings() -> None:
    dice = random.Random(7)
    pieces = [
        '"',
        "'",
        "\\",
        "\n",
        "\r",
        "\x00",
        "\u2028",
        "\ud800",
        " ",
        "a",
        "é",
        "{{",
        "}}",
        '"""',
        "#",
        "\t",
        ".",
    ]
    for _ in range(3000):
        text = "".join(dice.choices(pieces, k=dice.randrange(12)))
        assert ast.literal_eval(literal(text)) == text
        assert words(parsed_docstring(docstring(text)) or "").rstrip(".") == words(text).rstrip(".")


@pytest.mark.parametrize("value", ["", "text", "x = 1", str(Code("x"))])
def test_templates_reject_unescaped_contract_text(value: str) -> None:
    with pytest.raises(TypeError, match="a template prints contract text as it is"):
        require_code(value)


@pytest.mark.parametrize("value", [Code("x = 1"), literal("x"), docstring("x"), 7, None, True])
def test_templates_print_code_and_non_strings(value: object) -> None:
    assert require_code(value) is value


@pytest.mark.parametrize("change", [str.upper, str.strip, lambda text: text + "x", lambda text: f"{text}"])
def test_operations_on_code_return_plain_strings(change: Callable[[str], str]) -> None:
    with pytest.raises(TypeError):
        require_code(change(Code("x")))


def skeleton(source: str) -> str:
    """A module without its constants and docstrings: what it does, whatever it says."""
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.AsyncFunctionDef | ast.FunctionDef):
            node.body = [part for part in node.body if not is_text(part)]
        if isinstance(node, ast.Constant):
            node.value = None
    return ast.dump(module)


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def generated(document: Document) -> dict[str, str]:
    """What is made of a contract, by name; of the texts that hold Python, the skeleton."""
    registry.check(document)
    whole = effective_contract.build_effective_contract(document)
    files = pipeline.print_files(whole, service.build(whole, {}, "overrides"))
    return {str(name): skeleton(text) for name, text in files.items() if name.suffix == ".py"}


def everywhere(text: str) -> str:
    """The sample with a text in each place where a contract may hold any."""
    escaped = "".join(f"\\U{ord(letter):08x}" for letter in text)
    word = f'"{escaped}"'
    return changed(
        ("  title: Tasks API\n", f"  title: {word}\n"),
        ("  version: 1.0.0\n", f"  version: {word}\n"),
        ("      summary: List your tasks\n", f"      summary: {word}\n"),
        ("      summary: Complete a task, or take that back\n", f"      summary: {word}\n"),
        ("      description: Something to do.\n", f"      description: {word}\n"),
        before(COMPLETED, f"        kind: {{type: string, enum: [a, {word}], default: {word}}}\n"),
        before(
            PER_PAGE, f"        - {{name: kind, in: query, schema: {{type: string, enum: [a, {word}]}}}}\n"
        ),
        before(DONE, f"        - {{name: title, in: query, schema: {{type: string, default: {word}}}}}\n"),
    )


DANGEROUS = (
    "a way out of a docstring",
    "a backslash at the end",
    "both quotes",
    "both",
    "a template",
)


@pytest.mark.long
@pytest.mark.parametrize("name", sampled(DANGEROUS, every=3))
def test_contract_text_never_changes_the_generated_code(load: Load, name: str) -> None:
    assert generated(load(everywhere(HOSTILE[name]))) == generated(load(everywhere("harmless")))


def test_a_value_that_postgresql_cannot_store_is_refused_at_its_place(load: Load) -> None:
    with pytest.raises(ContractError) as refused:
        registry.check(load(everywhere(HOSTILE["a NUL"])))

    assert {problem.message for problem in refused.value.problems} == {
        "PostgreSQL cannot store U+0000 or half of a surrogate pair"
    }
