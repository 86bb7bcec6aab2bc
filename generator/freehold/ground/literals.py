"""Conversion of contract text to Python source code.

Templates print only `Code`. Contract text becomes `Code` as a literal, so that no description, enum value or
path can become a statement.
"""


class Code(str):
    """Trusted Python source code. Never create it from contract text that was not escaped or validated."""

    __slots__ = ()


def literal(value: object) -> Code:
    """Return a value as a Python literal."""
    return Code(repr(value))


def docstring(text: str) -> Code:
    """Return a text as a single-line docstring. Quotes and non-printable characters are escaped."""
    sentence = " ".join(text.split())
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    plain = sentence.isprintable() and "\\" not in sentence
    inside = sentence if plain else sentence.encode("unicode_escape").decode("ascii")
    return Code('"""' + inside.replace('"', '\\"') + '"""')


def require_code(value: object) -> object:
    """Reject unescaped contract text. Jinja calls this for each value that a template prints.

    Raises TypeError for a string that is not Code.
    """
    if isinstance(value, str) and not isinstance(value, Code):
        raise TypeError(f"a template prints contract text as it is: {value!r}; use `|literal` or `|doc`")
    return value
