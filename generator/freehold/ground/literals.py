"""The only ways in which text of a contract becomes Python source.

A template prints nothing but `Code`. Contract text turns into it as a literal, never as it is, so that no
description, enum value or path can become a statement.
"""


class Code(str):
    """Python source. Only this module, `naming`, `columns` and `build` make it, never from contract text."""

    __slots__ = ()


def literal(value: object) -> Code:
    """Anything at all, as a Python literal."""
    return Code(repr(value))


def docstring(text: str) -> Code:
    """A text as a docstring of one line. What would end it, or is no letter, is escaped."""
    sentence = " ".join(text.split())
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    plain = sentence.isprintable() and "\\" not in sentence
    inside = sentence if plain else sentence.encode("unicode_escape").decode("ascii")
    return Code('"""' + inside.replace('"', '\\"') + '"""')


def require_code(value: object) -> object:
    """Refuse to print contract text as it is. Jinja calls this for each value that a template prints.

    Raises TypeError for a string that is not Code.
    """
    if isinstance(value, str) and not isinstance(value, Code):
        raise TypeError(f"a template prints contract text as it is: {value!r}; use `|literal` or `|doc`")
    return value
