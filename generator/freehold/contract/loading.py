"""Reads a contract with all its files, and checks that every `$ref` leads somewhere."""

from collections.abc import Iterator
from pathlib import Path

from freehold.contract import vocabulary
from freehold.ground.problems import ContractError, Problem
from freehold.reading.bundle import bundle
from freehold.reading.document import Document, unresolved

_MOST_LINKS = 16


def load(path: Path) -> Document:
    """Read a contract, all its files. Raises ContractError with everything that keeps it from being read."""
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    whole = bundle(path, file)
    document = Document(file, whole.root, whole.places)
    problems = [*whole.problems, *_references(document)]
    if problems:
        raise ContractError([*problems, *misspelt(document, surely=True)])
    return document


def misspelt(document: Document, *, surely: bool = False) -> Iterator[Problem]:
    """Every key that OpenAPI does not know; if `surely`, only those that are nearly one that it does."""
    for found in vocabulary.misspelt(document.root):
        if surely and not found.meant:
            continue
        yield document.problem_at_key(found.pointer, found.what, found.fix, "FH102")


def _references(document: Document) -> Iterator[Problem]:
    """Every `$ref` that leads nowhere. One to another file is here only if `bundle` has refused it.

    Where a key on its way is misspelt, that is the problem, and is told once.
    """
    meant = tuple(f"#{m.around}/{m.meant}/" for m in vocabulary.misspelt(document.root) if m.meant)
    for pointer in document.positions:
        node = document.at(pointer)
        if node is None or not isinstance(node.value, str) or node.name != "$ref":
            continue
        seen = {pointer}
        while node is not None and isinstance(node.value, str) and node.value.startswith("#"):
            target = document.at(node.value.removeprefix("#")) if node.value.startswith("#/") else None
            if target is None:
                refused = _is_refused(document, node.value.removeprefix("#"))
                if not refused and not node.value.startswith(meant):
                    yield unresolved(node)
                break
            node = target.document.at(f"{target.pointer}/$ref")
            if node is not None and node.pointer in seen:
                yield node.problem("this $ref leads back to itself", "Let it name a schema.", "FH021")
                break
            seen.add(node.pointer if node else "")
            if len(seen) > _MOST_LINKS:
                yield document.problem(
                    pointer, f"more than {_MOST_LINKS} references lead on", "Name the schema itself."
                )
                break


def _is_refused(document: Document, pointer: str) -> bool:
    """Whether a pointer leads into a part of another file that `bundle` has refused."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        around = document.at(f"{pointer}/$ref")
        if around is not None and isinstance(around.value, str) and not around.value.startswith("#"):
            return True
    return False
