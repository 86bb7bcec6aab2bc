"""The only ways in which text of a contract becomes Python source.

A template prints nothing but `Code`. Contract text turns into it as a literal, never as it is, so that no
description, enum value or path can become a statement.
"""

import textwrap

_WIDTH = 96  # what is left of a line of 110 inside a method


class Code(str):
    """Python source. Only this module, `naming`, `columns` and `build` make it, never from contract text."""

    __slots__ = ()


def literal(value: object) -> Code:
    """Anything at all, as a Python literal."""
    return Code(repr(value))


def doc(text: str) -> Code:
    """A text as a docstring: a sentence, wrapped; a literal when it holds anything unusual."""
    sentence = " ".join(text.split())
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    if '"' in sentence or "\\" in sentence or not sentence.isprintable():
        return literal(sentence)
    first, *rest = textwrap.wrap(sentence, _WIDTH, break_long_words=False) or [""]
    return Code('"""' + "\n".join([first, *rest, ""] if rest else [first]) + '"""')


def code_only(value: object) -> object:
    """Refuse to print contract text as it is. Jinja calls this for each value that a template prints.

    Raises TypeError for a string that is not Code.
    """
    if isinstance(value, str) and not isinstance(value, Code):
        raise TypeError(f"a template prints contract text as it is: {value!r}; use `|literal` or `|doc`")
    return value
