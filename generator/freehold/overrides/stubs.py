"""Writes the beginning of an override: the method of an operation, in its class, with its imports."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath

from typing_extensions import override

from freehold.building.model import OperationModel
from freehold.overrides.compatibility import GeneratedClass
from freehold.overrides.method_signatures import parse_parameters
from freehold.overrides.override_modules import OverrideModule
from freehold.printing.python_sources import Files, format_python

_RUNTIME = files("freehold") / "printing" / "templates" / "runtime"
_NOT_WRITTEN = 'raise Problem(501, "This operation is not written yet.", code="not_written")'
Imports = dict[str, str]
"""The module that each name is imported from."""


@dataclass(frozen=True)
class Stub:
    """The beginning of an override."""

    file: Path
    method: str
    """The method, with its decorator, indented as in a class."""
    imports: str
    """The imports that the method needs, formatted."""
    module: str
    """The whole module, for a file that does not exist yet."""
    class_name: str
    class_lines: str
    """The `class` line and the docstring, for a module without the class."""


def write_stub(
    generated: GeneratedClass, operation: OperationModel, sources: Files, folder: Path, package: str
) -> Stub:
    """Write the stub of an operation of a generated class.

    `sources` are the generated files, whose imports are followed, and `package` is their package. `folder` is
    `overrides/`.
    """
    path = PurePosixPath(generated.package, f"{generated.module}.py")
    known = _imports_of(sources[path], f"{package}.{generated.package}")
    signature, names = _signature(operation, known, package)
    method = _method(operation, signature)
    imports = names | {"override": "typing_extensions"}
    if operation.is_custom:
        imports["Problem"] = f"{package}.runtime"
    base_module = f"{package}.{generated.package}"
    class_lines = (
        f"class {generated.name}({generated.module}.{generated.name}):\n"
        f'    """The {generated.package} of this service."""\n'
    )
    first_party = (folder.name, package)
    header = f'"""The {generated.package}: what the contract cannot express."""\n'
    whole = {**imports, generated.module: base_module}
    module = format_python(f"{header}{_import_lines(whole)}\n\n{class_lines}\n{method}", first_party)
    return Stub(
        file=folder / f"{generated.package}.py",
        method=format_python(f"class _:\n{method}", first_party).partition("\n")[2].lstrip("\n"),
        imports=format_python(_import_lines(imports), first_party, keep_unused=True).strip("\n"),
        module=module,
        class_name=generated.name,
        class_lines=class_lines.rstrip("\n"),
    )


def line_of_method(
    generated: GeneratedClass, operation: OperationModel, module: OverrideModule | None
) -> int:
    """Return the line of the method of an operation in a module of `overrides/`, or 0."""
    cls = module.classes.get(generated.name) if module else None
    method = cls.methods.get(operation.name) if cls else None
    return method.lineno if method else 0


def _method(operation: OperationModel, signature: str) -> str:
    body = _NOT_WRITTEN if operation.is_custom else _call_of_super(operation)
    return f"    @override\n    {signature}:\n        {body}\n"


def _call_of_super(operation: OperationModel) -> str:
    parameters = parse_parameters(operation.method_parameters)
    arguments = [argument.arg for argument in parameters.args[1:]]
    arguments += [f"{argument.arg}={argument.arg}" for argument in parameters.kwonlyargs]
    call = f"await super().{operation.name}({', '.join(arguments)})"
    return call if operation.return_type == "None" else f"return {call}"


def _signature(operation: OperationModel, known: Imports, package: str) -> tuple[str, Imports]:
    """Return the `def` line, and the imports of its names.

    A name of the runtime that is not public is an alias of a type, which is written out.
    """
    parameters = ", ".join(["self", *operation.method_parameters])
    text = f"async def {operation.name}({parameters}) -> {operation.return_type}: ..."
    function, imports = ast.parse(text), Imports()
    public = _public_names()
    for _ in range(2):  # what an alias stands for has names of its own
        for node in [*ast.walk(function)]:
            if isinstance(node, ast.Name) and node.id in known:
                module = known[node.id]
                internal = module.startswith(f"{package}.runtime.")
                if internal and node.id not in public:
                    alias, more = _alias(module.removeprefix(f"{package}.runtime."), node.id, package)
                    function = ast.fix_missing_locations(_Replacing(node.id, alias).visit(function))
                    known = known | more
                else:
                    imports[node.id] = f"{package}.runtime" if internal else module
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    line = ast.unparse(function).partition(":\n")[0].removesuffix(": ...").removesuffix(":")
    return line, {name: module for name, module in imports.items() if name in used}


class _Replacing(ast.NodeTransformer):
    """Replaces a name by an expression."""

    def __init__(self, name: str, expression: ast.expr) -> None:
        self._name, self._expression = name, expression

    @override
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._expression if node.id == self._name else node


def _alias(module: str, name: str, package: str) -> tuple[ast.expr, Imports]:
    """Return what an alias of the runtime stands for, and the imports of its module."""
    path = module.split(".")
    text = _RUNTIME.joinpath(*path[:-1], f"{path[-1]}.py").read_text("utf-8")
    full = f"{package}.runtime.{module}"
    statements = ast.parse(text).body
    own = {node.name: full for node in statements if isinstance(node, ast.ClassDef)}
    for node in statements:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=target)], value=value)
                | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
            ) if target == name:
                return value, _imports_of(text, full.rpartition(".")[0]) | own
    return ast.Name(name), {}


def _imports_of(text: str, package: str) -> Imports:
    """Return the module of each name that a module of `package` imports; `datetime as dt` by its alias."""
    imports = Imports()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")
            start = ".".join(base[: len(base) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (start, node.module)))
            imports |= {alias.asname or alias.name: module for alias in node.names}
        elif isinstance(node, ast.Import):
            imports |= {alias.asname: f"import {alias.name}" for alias in node.names if alias.asname}
    return imports


def _import_lines(imports: Mapping[str, str]) -> str:
    return "".join(_import_line(name, module) for name, module in sorted(imports.items()))


def _import_line(name: str, module: str) -> str:
    return f"{module} as {name}\n" if module.startswith("import ") else f"from {module} import {name}\n"


def _public_names() -> frozenset[str]:
    """The names of `generated.runtime` that overrides may import."""
    for node in ast.parse((_RUNTIME / "__init__.py").read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()
