"""Finds the tables that the revisions of a project created, from their source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from alembic.script import ScriptDirectory

_RENAMED = re.compile(r'ALTER TABLE ("[^"]+"|\w+) RENAME TO ("[^"]+"|\w+)')
_CREATED = re.compile(r'CREATE TABLE ("[^"]+"|\w+)')
_DROPPED = re.compile(r'DROP TABLE ("[^"]+"|\w+)')


def created_tables(scripts: ScriptDirectory) -> list[str]:
    """Return the names of the tables that exist after all revisions, as far as their source tells."""
    tables: dict[str, None] = {}
    for revision in reversed(list(scripts.walk_revisions())):
        for call, names in _operations(Path(revision.path)):
            if call == "create_table":
                tables[names[0]] = None
            elif call == "drop_table":
                tables.pop(names[0], None)
            elif call == "rename_table" and len(names) > 1:
                tables.pop(names[0], None)
                tables[names[1]] = None
    return list(tables)


def _operations(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the operations on whole tables in the upgrade of a revision, with their names."""
    module = ast.parse(file.read_bytes())
    for function in module.body:
        if isinstance(function, ast.FunctionDef) and function.name == "upgrade":
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
                    names = [text for text in texts if isinstance(text, str)]
                    if names:
                        yield from (
                            _statements(names[0])
                            if node.func.attr == "execute"
                            else [(node.func.attr, names)]
                        )


def _statements(sql: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the operations in a statement as Freehold writes them."""
    for call, pattern in (("rename_table", _RENAMED), ("create_table", _CREATED), ("drop_table", _DROPPED)):
        for found in pattern.finditer(sql):
            yield call, [name.strip('"') for name in found.groups()]
