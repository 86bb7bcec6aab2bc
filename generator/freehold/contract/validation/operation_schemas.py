"""Where the schemas of one operation are in the document: of its parameters, its body and its answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .json_values import escape_step
from .validators import ContractSchemas

_JSON = "application/json"
_PATH_ITEM = "/paths/{}"


@dataclass(frozen=True)
class ParameterSchema:
    """A parameter of a path, a query or a header, and the JSON pointer of its schema."""

    name: str
    place: str
    """`path`, `query`, `header` or `cookie`."""
    required: bool
    pointer: str
    is_deep_object: bool = False
    """Whether it is an object whose properties stand in brackets behind its name: `created[gte]`."""


@dataclass(frozen=True)
class AnswerSchema:
    """A declared answer: the pointer of its schema by media type, and those of its headers by name."""

    content: Mapping[str, str | None]
    headers: Mapping[str, ParameterSchema]


@dataclass(frozen=True)
class OperationSchemas:
    """The schemas of one operation, as JSON pointers into the document."""

    parameters: tuple[ParameterSchema, ...]
    body: Mapping[str, str]
    """The pointer of the body's schema for each media type; empty for an operation without a body."""
    body_required: bool
    answers: Mapping[str, AnswerSchema]
    """By status as the document writes it: `200`, `4XX` or `default`."""

    def answer(self, status: int) -> AnswerSchema | None:
        """The declared answer of a status, if there is one (OpenAPI 3.1, 4.8.16)."""
        candidates = (self.answers.get(key) for key in (str(status), f"{status // 100}XX", "default"))
        return next((answer for answer in candidates if answer is not None), None)

    def json_names(self) -> dict[int, str]:
        """The media type of JSON by status, for the answers where it has another name (RFC 6839, 3.1)."""
        found: dict[int, str] = {}
        for status, answer in self.answers.items():
            names = [name for name in answer.content if name.endswith("+json")]
            if status.startswith("2") and status.isdecimal() and names and _JSON not in answer.content:
                found[int(status)] = names[0]
        return found


def operation_schemas(schemas: ContractSchemas, path: str, method: str) -> OperationSchemas | None:
    """The schemas of the operation of a path template and a method, if the document has one."""
    item = _PATH_ITEM.format(escape_step(path))
    pointer = f"{item}/{method.lower()}"
    operation = _at(schemas, pointer)
    if operation is None:
        return None
    parameters = {(p.place, p.name): p for p in (*_parameters(schemas, item), *_parameters(schemas, pointer))}
    body = schemas.resolve(f"{pointer}/requestBody") if "requestBody" in operation else ""
    answers = {
        str(status): _answer(schemas, schemas.resolve(f"{pointer}/responses/{escape_step(status)}"))
        for status in operation.get("responses", {})
    }
    content = {kind: at for kind, at in _content(schemas, body).items() if at is not None} if body else {}
    required = bool(body) and schemas.at(body).get("required") is True
    return OperationSchemas(tuple(parameters.values()), content, required, answers)


def _parameters(schemas: ContractSchemas, pointer: str) -> Iterator[ParameterSchema]:
    holder = _at(schemas, pointer) or {}
    for index in range(len(holder.get("parameters", ()))):
        place = schemas.resolve(f"{pointer}/parameters/{index}")
        parameter = schemas.at(place)
        if "schema" in parameter:
            required = parameter.get("required") is True
            is_deep = parameter["in"] == "query" and parameter.get("style") == "deepObject"
            yield ParameterSchema(parameter["name"], parameter["in"], required, f"{place}/schema", is_deep)


def _answer(schemas: ContractSchemas, pointer: str) -> AnswerSchema:
    answer = schemas.at(pointer)
    headers: dict[str, ParameterSchema] = {}
    for name in answer.get("headers", {}):
        place = schemas.resolve(f"{pointer}/headers/{escape_step(name)}")
        header = schemas.at(place)
        if "schema" in header:
            required = header.get("required") is True
            headers[name.lower()] = ParameterSchema(name, "header", required, f"{place}/schema")
    return AnswerSchema(_content(schemas, pointer), headers)


def _content(schemas: ContractSchemas, pointer: str) -> dict[str, str | None]:
    """The pointer of the schema for each media type, None where any value will do."""
    content: dict[str, Any] = schemas.at(pointer).get("content", {})
    return {
        kind: f"{pointer}/content/{escape_step(kind)}/schema" if "schema" in media else None
        for kind, media in content.items()
    }


def _at(schemas: ContractSchemas, pointer: str) -> Any:
    try:
        return schemas.at(pointer)
    except LookupError:
        return None
