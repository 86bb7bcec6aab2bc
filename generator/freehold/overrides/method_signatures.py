"""Compares the signature of a method with the operation that it overrides: names and kinds of parameters."""

import ast
from collections.abc import Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse_parameters(parameters: Sequence[str]) -> ast.arguments:
    """Parse the parameters of an operation, as the generated repository declares them."""
    source = f"async def operation({', '.join(['self', *parameters])}): ..."
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)  # noqa: S101 - it was just written
    return function.args


def is_compatible(method: ast.arguments, expected: ast.arguments) -> bool:
    """Whether a call with the expected parameters is a valid call of the method."""
    positional, names = _positional(method), [argument.arg for argument in _positional(expected)]
    passed_by_position = [argument.arg for argument in positional[: len(names)]]
    positional_only = {argument.arg for argument in method.posonlyargs}
    if any(
        actual not in (name, *positional_only)
        for name, actual in zip(names, passed_by_position, strict=False)
    ):
        return False
    if len(passed_by_position) < len(names) and method.vararg is None:
        return False
    keywords = {argument.arg for argument in (*positional[len(names) :], *method.kwonlyargs)}
    passed_by_keyword = {argument.arg for argument in expected.kwonlyargs}
    if passed_by_keyword - (keywords - positional_only) and method.kwarg is None:
        return False
    return not _required(method, len(names)) - passed_by_keyword


def takes_one_argument(function: ast.arguments) -> bool:
    """Whether a function can be called with one positional argument, and nothing else."""
    positional = [*function.posonlyargs, *function.args]
    required = len(positional) - len(function.defaults)
    keywords = [default for default in function.kw_defaults if default is None]
    return required <= 1 and bool(positional or function.vararg) and not keywords


def signature_line(function: Function) -> str:
    """The `def` line of a method, as it is written."""
    result = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    kind = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    return f"{kind} {function.name}({ast.unparse(function.args)}){result}"


def _positional(arguments: ast.arguments) -> list[ast.arg]:
    """The parameters that can be passed by position, without `self`."""
    return [*arguments.posonlyargs, *arguments.args][1:]


def _required(method: ast.arguments, passed: int) -> set[str]:
    """The parameters without a default, after the first `passed` positional ones."""
    positional = _positional(method)
    without_default = positional[: len(positional) - len(method.defaults)] if method.defaults else positional
    keyword_only = zip(method.kwonlyargs, method.kw_defaults, strict=True)
    required = [argument.arg for argument, default in keyword_only if default is None]
    return {*(argument.arg for argument in without_default[passed:]), *required}
