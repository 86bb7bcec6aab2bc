"""Names: one in the contract, the same one in snake_case everywhere else."""

import keyword
import re

from freehold.safe import Code

LONGEST = 63  # characters; PostgreSQL cuts longer identifiers

_ALPHABET = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{LONGEST - 1}}}")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-")
_NEEDED = frozenset(  # names that the generated code itself gives a meaning
    {"cls", "self", "row", "schema", "shown", "visible", "transaction", "response", "metadata", "registry"}
    | {"owner_column", "id_column", "touched_columns", "list", "int", "str", "bool", "float", "tuple", "type"}
    | {"router", "runtime", "overrides", "generated", "wiring", "app", "schemas", "routes", "mro"}
)


def allowed(name: str) -> bool:
    """Whether a name of the contract may become a Python name."""
    return bool(_ALPHABET.fullmatch(name)) and not reserved(snake(name))


def reserved(name: str) -> bool:
    """Whether Python, pydantic or the generated code need this name for themselves."""
    return keyword.iskeyword(name) or name in _NEEDED or name.startswith("model_")


def snake(name: str) -> str:
    """`completeTask` and `complete-task` are `complete_task`."""
    return _WORDS.sub("_", name).lower()


def plural(word: str) -> str:
    """The regular English plural: tasks, categories, boxes. A contract that wants another says `table`."""
    if word.endswith("y") and word[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def identifier(name: str) -> Code:
    """A checked name of the contract, in snake_case, as source. Raises ValueError for any other."""
    if not allowed(name):
        raise ValueError(f"not a name: {name!r}")
    return Code(snake(name))


def class_name(name: str) -> Code:
    """A checked name of a schema, as source. Raises ValueError for any other."""
    if not allowed(name) or "-" in name:
        raise ValueError(f"not a name of a class: {name!r}")
    return Code(name[0].upper() + name[1:])
