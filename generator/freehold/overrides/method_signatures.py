"""Whether a method can be called as the contract's operation is: by the names and kinds of its parameters."""

import ast
from collections.abc import Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef


def declared(parameters: Sequence[str]) -> ast.arguments:
    """The parameters of an operation, as the generated repository declares them."""
    source = f"async def operation({', '.join(['self', *parameters])}): ..."
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)  # noqa: S101 - it was just written
    return function.args


def fits(wanted: ast.arguments, given: ast.arguments) -> bool:
    """Whether whoever calls with the wanted parameters can call what has the given ones."""
    first, names = _positional(given), [argument.arg for argument in _positional(wanted)]
    by_place = [argument.arg for argument in first[: len(names)]]
    free = {argument.arg for argument in given.posonlyargs}
    if any(there not in (name, *free) for name, there in zip(names, by_place, strict=False)):
        return False
    if len(by_place) < len(names) and given.vararg is None:
        return False
    known = {argument.arg for argument in (*first[len(names) :], *given.kwonlyargs)} - free
    asked = {argument.arg for argument in wanted.kwonlyargs}
    if asked - known and given.kwarg is None:
        return False
    return not _required(given, len(names)) - asked


def shown(function: Function) -> str:
    """A method's first line, as it was written."""
    result = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    kind = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    return f"{kind} {function.name}({ast.unparse(function.args)}){result}"


def _positional(arguments: ast.arguments) -> list[ast.arg]:
    """What can be given by its place, without `self`."""
    return [*arguments.posonlyargs, *arguments.args][1:]


def _required(given: ast.arguments, taken: int) -> set[str]:
    """What must be given, behind the first `taken`."""
    first = _positional(given)
    without_default = first[: len(first) - len(given.defaults)] if given.defaults else first
    by_name = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    needed = [argument.arg for argument, default in by_name if default is None]
    return {*(argument.arg for argument in without_default[taken:]), *needed}
