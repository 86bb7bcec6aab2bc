"""What goes wrong while a person edits a contract: a line that is gone, a key misspelt, other letters."""

import random
import re
from collections.abc import Iterator

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?=['\"]?:)")
_LETTERS = "abcXYZ019 :-#{}[]\"'&*!|>%@`,?/\\\n\t~=<$.é\u2028\x00"
SEED = 20261120


def without_each_line(text: str) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    yield from ("".join([*lines[:n], *lines[n + 1 :]]) for n in range(len(lines)))


def with_each_key_misspelt(text: str) -> Iterator[str]:
    """Two letters of a key the other way round, or its last one gone: each key of each line."""
    for key in _KEY.finditer(text):
        word = key[0]
        wrong = word[1] + word[0] + word[2:] if len(word) > 2 and word[0] != word[1] else word[:-1] or "q"
        yield text[: key.start()] + wrong + text[key.end() :]


def edited(text: str, count: int) -> Iterator[str]:
    """The contract with one to three small edits: the same ones each time."""
    dice = random.Random(SEED)
    for _ in range(count):
        found = text
        for _ in range(dice.randint(1, 3)):
            found = dice.choice(_EDITS)(found, dice)
        yield found


def _insert(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text))
    return text[:place] + dice.choice(_LETTERS) + text[place:]


def _delete(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text))
    return text[:place] + text[place + dice.randint(1, 6) :]


def _swap(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _duplicate(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    place = dice.randrange(len(lines))
    return "".join([*lines[:place], lines[place], *lines[place:]])


def _move(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    line = lines.pop(dice.randrange(len(lines)))
    lines.insert(dice.randrange(len(lines) + 1), line)
    return "".join(lines)


def _indent(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    place = dice.randrange(len(lines))
    lines[place] = "  " + lines[place] if dice.random() < 0.5 else lines[place].removeprefix("  ")
    return "".join(lines)


def _word(text: str, dice: random.Random) -> str:
    """One word of the contract in the place of another."""
    words = list(re.finditer(r"[A-Za-z0-9_$#/-]+", text))
    old, new = dice.choice(words), dice.choice(words)
    return text[: old.start()] + new[0] + text[old.end() :]


_EDITS = (_insert, _delete, _swap, _duplicate, _move, _indent, _word)
