"""One contract with a text in it replaced by a hostile one: what becomes of it, and what that shows."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from unittest import mock

from typing_extensions import override

from freehold import pipeline
from freehold.building import service
from freehold.contract import effective_contract, loading
from freehold.ground import naming
from freehold.ground.problems import ContractError, Problem
from freehold.printing import pydantic_models, python_sources, service_files
from freehold.printing.python_sources import Files
from freehold.reading import yaml_parser
from freehold.reading.document import Document
from freehold.rules import registry

HERE = Path(__file__).parent
PLAIN = yaml_parser.parse_file(HERE / "contract.yaml", "contract.yaml").value
_WORDS = frozenset(  # what OpenAPI calls the parts of a contract: keys that nobody chooses
    """
    openapi jsonSchemaDialect info title version summary description termsOfService contact name url email
    license identifier servers variables default enum tags externalDocs security webhooks post responses
    paths get patch operationId parameters in schema type minimum maximum example pattern maxLength content
    $ref examples value links requestBody required callbacks headers format components securitySchemes scheme
    bearerFormat schemas $comment properties readOnly const items anyOf oneOf discriminator propertyName
    mapping additionalProperties x-problems x-filter x-search x-operation x-resource field op table owner
    column claim foreign order indexes unique
    """.split()  # noqa: SIM905 - it reads as a text
)
_MARK = "\ue000"
_SCHEMA = "#/components/schemas/"


@dataclass(frozen=True)
class Made:
    """The files that a contract makes, without the time that it takes to print them well."""

    files: Files

    @property
    def names(self) -> set[PurePosixPath]:
        return set(self.files)


Outcome = Made | tuple[Problem, ...]


def positions() -> list[str]:
    """Every text that the contract has, and every key that its author chose, once."""
    found = dict.fromkeys(text for text, is_key in _texts(PLAIN) if not (is_key and text in _WORDS))
    return list(found)


def _texts(value: Any) -> Iterator[tuple[str, bool]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key, True
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value, False


def written(position: str, hostile: str) -> str:
    """The contract, as JSON, with a hostile text in the place of another: wherever that stands."""
    return _marked(position).replace(_MARK, quoted(hostile)[1:-1])


def written_in(places: list[str], hostile: str) -> str:
    """The contract with a hostile text in many places at once."""
    root = PLAIN
    for position in places:
        root = _with_mark(root, position)
    return json.dumps(root, ensure_ascii=False, indent=1).replace(_MARK, quoted(hostile)[1:-1])


def written_node(position: str, node: str) -> str:
    """The contract with something of another kind in the place of a text."""
    return _marked(position).replace(f'"{_MARK}"', node)


def quoted(text: str) -> str:
    """A text between double quotes, as YAML reads it: only printable letters of ASCII as they are."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\' or not " " <= letter <= "~":
        return f"\\U{ord(letter):08x}"
    return letter


@cache
def _marked(position: str) -> str:
    return json.dumps(_with_mark(PLAIN, position), ensure_ascii=False, indent=1)


def _with_mark(value: Any, position: str) -> Any:
    if isinstance(value, dict):
        return {_swap(key, position): _with_mark(part, position) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_mark(part, position) for part in value]
    return _swap(value, position) if isinstance(value, str) else value


def _swap(text: str, position: str) -> str:
    if text.startswith(_SCHEMA) and text.removeprefix(_SCHEMA) == position:
        return _SCHEMA + _MARK
    return _MARK if text == position else text


def outcome(text: str, folder: Path) -> Outcome:
    """What the tool makes of a contract, or why it does not. Any other exception passes through."""
    file = folder / "contract.yaml"
    file.write_text(text, "utf-8", newline="")
    try:
        document = loading.load(file)
        registry.check(document)
        return Made(files(document))
    except ContractError as error:
        return error.problems


def files(document: Document) -> Files:
    """What a contract makes, not yet formatted."""
    whole = effective_contract.build_effective_contract(document)
    with (
        mock.patch.object(service_files, "format_sources", _plain),
        mock.patch.object(pydantic_models, "format_sources", _plain),
    ):
        return pipeline.print_files(whole, service.build(whole, {}, "overrides"))


def _plain(texts: Mapping[PurePosixPath, str], overrides: str) -> Files:
    for name, text in texts.items():
        compile(text, str(name), "exec", dont_inherit=True)
    return {name: python_sources.HEADER + text for name, text in texts.items()}


def lay(made: Made, folder: Path) -> None:
    """Write the files, to be imported."""
    for name, text in made.files.items():
        file = folder / "generated" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def faults(made: Made, harmless: Made, position: str, hostile: str) -> Iterator[str]:
    """How what a hostile contract makes does something else than what the harmless one makes."""
    if made.names != harmless.names:
        yield f"other files: {sorted(made.names ^ harmless.names)}"
        return
    for name, text in made.files.items():
        if text == harmless.files[name]:
            continue
        if name.suffix == ".py":
            yield from _faults_of_code(name, text, harmless.files[name], (position, hostile))
        elif name.name in {"contract.json", "openapi.json"}:
            try:
                json.loads(text.encode("utf-8"))
            except ValueError as error:
                yield f"{name} is not JSON: {error}"
        else:
            yield f"{name} is another"


def _faults_of_code(name: PurePosixPath, text: str, harmless: str, texts: tuple[str, str]) -> Iterator[str]:
    position, hostile = texts
    if _comments(text) != _comments(harmless):
        yield f"{name} has other comments"
    mine, theirs = ast.parse(text), ast.parse(harmless)
    said, known = _docstrings(mine), _docstrings(theirs)
    if ast.dump(_masked(mine)) != ast.dump(_masked(theirs)):
        if naming.is_valid_name(hostile) and naming.is_valid_name(
            position
        ):  # it was taken as the name that it is
            mine = _masked(ast.parse(_renamed(text, hostile, position)))
            _docstrings(mine)
        if not naming.is_valid_property_name(hostile) or not _says_the_same(mine, theirs, hostile, position):
            yield f"{name} does something else"
        return
    for new, old in zip(_constants(mine), _constants(theirs), strict=True):
        if new != old and not _holds(new, old, *texts):
            yield f"{name} has {new!r:.200} instead of {old!r:.200}"
    alone = [text for text in said - known if not any(_holds(text, old, *texts) for old in known)]
    yield from (f"{name} has a docstring of its own: {text!r:.200}" for text in alone)


def _renamed(text: str, hostile: str, position: str) -> str:
    """Code with one name in the place of another, in each of the ways in which it is written."""
    new, old = naming.snake_case(position), naming.snake_case(hostile)
    camel = {word: "".join(part.title() for part in word.split("_")) for word in (new, old)}
    for was, becomes in ((old, new), (hostile, position), (old.upper(), new.upper())):
        text = re.sub(rf"(?<![A-Za-z]){was}(?![A-Za-z])", becomes, text)
    return re.sub(rf"(?<=[a-z]){camel[old]}(?![a-z])", camel[new], text)


def _docstrings(module: ast.Module) -> set[str]:
    """The texts that stand alone, which are taken out of the module."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.AsyncFunctionDef | ast.FunctionDef):
            alone = [part for part in node.body if _is_text(part)]
            node.body = [part for part in node.body if not _is_text(part)]
            found |= {part.value.value for part in alone}  # type: ignore[attr-defined]  # it is a text
    return found


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _constants(module: ast.Module) -> list[Any]:
    return [node.said for node in ast.walk(module) if isinstance(node, ast.Constant)]  # type: ignore[attr-defined]


def _masked(module: ast.Module) -> ast.Module:
    """The module with each constant taken out, and kept aside."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant):
            node.said, node.value = node.value, type(node.value).__name__  # type: ignore[attr-defined]
    return module


def _says_the_same(mine: ast.Module, theirs: ast.Module, hostile: str, position: str) -> bool:
    """Whether two modules differ only in what a field or its column is called, and in its wire name."""
    mine = _Renamed(naming.column_name(hostile), naming.column_name(position)).visit(mine)
    return ast.dump(_Unnamed().visit(mine)) == ast.dump(_Unnamed().visit(theirs))


class _Renamed(ast.NodeTransformer):
    """Gives a column another name where it is used: as an attribute, and as an argument."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    @override
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self._new if node.attr == self._old else node.attr
        return self.generic_visit(node)

    @override
    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        node.arg = self._new if node.arg == self._old else node.arg
        return self.generic_visit(node)


class _Unnamed(ast.NodeTransformer):
    """Takes the names of fields out of a module, and their aliases."""

    @override
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if isinstance(node.target, ast.Name):
            node.target.id = "field"
        return self.generic_visit(node)

    @override
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """`Annotated[int, Field(alias="a")]` is `int`."""
        self.generic_visit(node)
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            kind, field = node.slice.elts
            if isinstance(field, ast.Call) and not field.args and not field.keywords:
                return kind
        return node

    @override
    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "Field":
            node.keywords = [word for word in node.keywords if word.arg != "alias"]
        return self.generic_visit(node)


def _holds(new: Any, old: Any, position: str, hostile: str) -> bool:
    """Whether a constant is the harmless one with the hostile text in the place of the other."""
    if not isinstance(new, str) or not isinstance(old, str):
        return False
    if naming.is_valid_property_name(hostile) and old == naming.column_name(position):
        return new in (hostile, naming.column_name(hostile))  # the name of a property, or of its column
    exact = old.replace(position, hostile)
    listed = old.replace(position, hostile.replace("\\", "\\\\").replace('"', '\\"'))  # in an array's default
    return new in (exact, listed) or _words(new) == _words(exact)


def _words(text: str) -> str:
    """A docstring is a text with single blanks that ends as a sentence."""
    return " ".join(text.split()).rstrip(".!? ")


def _comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def located(problems: tuple[Problem, ...], text: str) -> bool:
    """Whether each problem names a place that the file has, and says something."""
    lines = text.split("\n")
    return bool(problems) and all(
        Path(problem.file).name == "contract.yaml"
        and 1 <= problem.line <= len(lines)
        and 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        and problem.message.strip()
        for problem in problems
    )
