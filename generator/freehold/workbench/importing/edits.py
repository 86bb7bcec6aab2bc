"""Small edits of a contract's text. Everything else in the file keeps its bytes: comments, order, quotes."""

import copy
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml
from typing_extensions import override

from freehold.reading.json_pointers import escape_token, resolve_pointer, unescape_token
from freehold.reading.yaml_scalars import is_ambiguous


@dataclass(frozen=True)
class Edit:
    """A key that a mapping gets, or another value for a scalar, an empty array or one of words."""

    pointer: str
    """The pointer of the value, as in the contract after the edit."""
    value: Any
    before: str = ""
    """A key in front of which the new one is written; otherwise it is the first one."""
    instruction: ClassVar[str] = "Add"
    """What tells a person to make the edit, before the line."""

    @property
    def key(self) -> str:
        """The key of the value."""
        return unescape_token(self.pointer.rpartition("/")[2])

    @property
    def parent_pointer(self) -> str:
        """The pointer of the mapping."""
        return self.pointer.rpartition("/")[0]

    @property
    def new_pointer(self) -> str:
        """The pointer after the edit."""
        return self.pointer

    @property
    def line(self) -> str:
        """What is written, as a line of YAML."""
        return yaml_entry(self.key, self.value)

    def apply(self, root: Any) -> None:
        """Make the edit in a value in memory."""
        parent = resolve_pointer(root, self.parent_pointer)
        parent[int(self.key) if isinstance(parent, list) else self.key] = copy.deepcopy(self.value)


@dataclass(frozen=True)
class Rename(Edit):
    """Another name for a key of a mapping. The pointer is the one before the edit, the value is the name."""

    @property
    @override
    def new_pointer(self) -> str:
        """The pointer after the edit."""
        return f"{self.parent_pointer}/{escape_token(str(self.value))}"

    @property
    @override
    def line(self) -> str:
        """What is written, as a line of YAML."""
        return f"{self.value}:"

    @override
    def apply(self, root: Any) -> None:
        """Make the edit in a value in memory. The order of the keys stays."""
        parent = resolve_pointer(root, self.parent_pointer)
        entries = [(self.value if key == self.key else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(entries)


@dataclass(frozen=True)
class OfReference(Edit):
    """A word with a `$ref` as its first part, in place of a `$ref`, whose pointer and value these are."""

    word: ClassVar[str]
    others: ClassVar[tuple[dict[str, str], ...]] = ()
    instruction = "Write instead of the `$ref`"

    @property
    def parts(self) -> list[dict[str, str]]:
        """What the word has."""
        return [{"$ref": str(self.value)}, *self.others]

    @property
    @override
    def new_pointer(self) -> str:
        """The pointer after the edit."""
        return f"{self.parent_pointer}/{self.word}"

    @property
    @override
    def line(self) -> str:
        """What is written, as a line of YAML."""
        return yaml_entry(self.word, self.parts)

    @override
    def apply(self, root: Any) -> None:
        """Make the edit in a value in memory. The order of the keys stays."""
        parent = resolve_pointer(root, self.parent_pointer)
        new = {(self.word if key == "$ref" else key): value for key, value in parent.items()}
        parent.clear()
        parent.update(new | {self.word: self.parts})


@dataclass(frozen=True)
class OrNull(OfReference):
    """A choice of a `$ref` and null."""

    word = "anyOf"
    others = ({"type": "null"},)


@dataclass(frozen=True)
class AllOf(OfReference):
    """A `$ref` that other keywords can stand beside, in OpenAPI 3.0."""

    word = "allOf"


@dataclass(frozen=True)
class Filling(Edit):
    """A value for an element of an array that is `{}`. The pointer is that of the element."""

    instruction = "Write instead of `{}`"

    @property
    @override
    def line(self) -> str:
        """What is written, as a line of YAML."""
        text = inline_yaml(self.value)
        is_plain = isinstance(self.value, dict) and len(self.value) == 1
        return f"- {text[1:-1] if is_plain else text}"


@dataclass(frozen=True)
class Insertion(Filling):
    """A new first element of an array that has elements. The pointer is that of the element."""

    instruction = "Add"

    @override
    def apply(self, root: Any) -> None:
        """Make the edit in a value in memory."""
        resolve_pointer(root, self.parent_pointer).insert(0, copy.deepcopy(self.value))


@dataclass(frozen=True)
class Removal(Edit):
    """An array without its one element that is `{}`. The pointer is that of the array."""

    instruction = "Remove `{}`, so that it is"


class _Dumper(yaml.SafeDumper):
    """Quotes the texts that YAML 1.1 and 1.2 read differently."""


def _quoted_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if is_ambiguous(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _quoted_text)


def yaml_entry(key: str, value: Any) -> str:
    """Format a key with its value as a line of YAML."""
    return f"{key}: {inline_yaml(value)}"


def inline_yaml(value: Any) -> str:
    """Format a value as YAML in one line."""
    text = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, width=math.inf, allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...")
