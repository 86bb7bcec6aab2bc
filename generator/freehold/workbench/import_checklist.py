"""What a contract that was written for other tools lacks, as a list that a person can follow.

The rules alone would tell it in turns: of what follows from a resource they know nothing before there is
one. So what is missing is put in first, in memory, and the rules tell what is left.
"""

import copy
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from freehold.contract.operations import ContractOperation, array_item_name, operations, page_array
from freehold.contract.resources import generated_kind, properties, resources
from freehold.ground.naming import pluralize, snake_case
from freehold.ground.problems import ContractError, Problem
from freehold.reading.document import Document, Node
from freehold.reading.yaml_parser import resolve_pointer
from freehold.rules import document as documents
from freehold.rules import registry

RESOURCES, TOKENS, FAILURES, IDS = "Resources", "Who may ask", "Failures", "Names of operations"
_LISTS, _SCHEMAS, _REST = "Lists", "Schemas", "Operations"
_SUBJECTS = {
    "security": TOKENS,
    "scopes": TOKENS,
    "lists": _LISTS,
    "filters": _LISTS,
    "limits": _LISTS,
    **dict.fromkeys(("resources", "schemas", "choices", "bodies", "ids", "names", "links"), _SCHEMAS),
}
_ORDER = (RESOURCES, TOKENS, FAILURES, IDS, _SCHEMAS, _LISTS, _REST)
_OWNERS = "Each row then belongs to the `sub` of its token. Freehold's docs/contract.md has other owners."
_BEARER = {"type": "http", "scheme": "bearer"}
_PLAIN = {"type", "properties", "required", "description", "title", "example", "allOf"}
_VERBS = {"get": "get", "put": "replace", "patch": "update", "delete": "delete", "post": "create"}


@dataclass(frozen=True)
class Step:
    """Something to do, and in which part of the list it stands."""

    subject: str
    problem: Problem


def steps(document: Document) -> list[Step]:
    """All that has to be done before a contract can be generated from; nothing, when it can be.

    Raises ContractError when it is no contract at all.
    """
    problems = [*documents.shape(document), *documents.version(document)]
    problems = problems or [
        *registry.problems_of("FH120", document),
        *registry.problems_of("FH121", document),
    ]
    if problems:
        raise ContractError(problems)
    whole = _Completed(document)
    found = [*whole.steps, *_left(whole.document)]
    return sorted(set(found), key=lambda step: (_ORDER.index(step.subject), step.problem))


def _left(document: Document) -> Iterator[Step]:
    for code, rule in registry.RULES.items():
        subject = _SUBJECTS.get(rule.__module__.rpartition(".")[2], _REST)
        yield from (Step(subject, problem) for problem in registry.problems_of(code, document))


class _Completed:
    """A contract with what it lacks, and how to say each of these things in the file."""

    def __init__(self, document: Document) -> None:
        self._whole = document.with_root(copy.deepcopy(document.root))
        self.steps: list[Step] = []
        self._resources()
        self._tokens()
        self._failures()
        self._ids()

    @property
    def document(self) -> Document:
        """The contract as it is by now."""
        return self._whole.with_root(self._whole.root)

    def _resources(self) -> None:
        """Schemas that a path lists or makes are tables, and their ids are made by the database."""
        for name, path in dict(_kept(self.document)).items() if not resources(self.document) else ():
            schema = self.document.node_at(f"/components/schemas/{name}")
            if schema is None:
                continue
            what = f"{name} looks like a resource: {path} keeps them"
            merged = _merged(schema) if "allOf" in schema.value else {}
            if merged:
                fix = f"Its table needs all properties in one place. Write, for `allOf`:\n{_lines(merged)}"
                self._value(schema.pointer).clear()
                self._add(RESOURCES, schema, what, fix, merged)
            elif properties(schema):
                self._add(
                    RESOURCES, schema, what, f"Add to it:\n  x-resource: {{}}\n{_OWNERS}", {"x-resource": {}}
                )
            key = properties(schema).get("id")
            if key is not None and generated_kind("id", key) is None:
                what = f"the id of {name} is made by the database, and a body could set it"
                self._add(RESOURCES, key, what, "Add `readOnly: true`.", {"readOnly": True})

    def _tokens(self) -> None:
        """The rules tell of other kinds of tokens; here are none at all."""
        top = self.document.root_node
        schemes = top.get_path("components", "securitySchemes")
        if not schemes or not schemes.value:
            fix = "Add to `components:`\n  securitySchemes:\n    bearerAuth: {type: http, scheme: bearer}"
            place = top.get("components") or top
            self.steps.append(Step(TOKENS, place.problem("the contract does not say what a token is", fix)))
            self._value("").setdefault("components", {})["securitySchemes"] = {"bearerAuth": _BEARER}
        known = list(self._value("/components/securitySchemes"))
        if "security" not in top.value and not any(
            "security" in o.node.value for o in operations(self.document)
        ):
            fix = f"Add above `paths:`\n  security: [{{{known[0]}: []}}]"
            self._add(TOKENS, top.get("paths") or top, "no operation asks for a token", fix)
            self._value("")["security"] = [{known[0]: []}]

    def _failures(self) -> None:
        if "x-problems" in self.document.root_node.value:
            return
        place = self.document.root_node.get("paths") or self.document.root_node
        what = "operations can answer more failures than the contract says (401, 404, 422, 503, ...)"
        fix = "Add above `paths:`\n  x-problems: standard\nIt adds them, as problem+json (RFC 9457)."
        self._add(FAILURES, place, what, fix)
        self._value("")["x-problems"] = "standard"

    def _ids(self) -> None:
        """Operations are named after what they do to which resource."""
        taken = {operation.id for operation in operations(self.document)}
        for operation in operations(self.document):
            if not operation.id:
                name = next(n for n in _names(operation) if n not in taken)
                taken.add(name)
                what = f"{operation.method.upper()} {operation.path} has no operationId"
                fix = f"Add `operationId: {name}`, for example: code, SQL and clients call it so."
                self._add(IDS, operation.node, what, fix, {"operationId": name})

    def _add(
        self, subject: str, place: Node, what: str, fix: str, words: dict[str, Any] | None = None
    ) -> None:
        self.steps.append(Step(subject, place.problem(what, fix)))
        self._value(place.pointer).update(words or {})

    def _value(self, pointer: str) -> Any:
        return resolve_pointer(self.document.root, pointer)


def _merged(schema: Node) -> dict[str, Any]:
    """A resource with what `allOf` brings together, if those are plain objects."""
    said = schema.get("allOf")
    parts = [schema, *(said.elements() if said else ())]
    found: dict[str, Any] = {}
    for part in parts:
        if not isinstance(part.value, dict) or not part.value.keys() <= _PLAIN:
            return {}
        found |= part.value.get("properties", {})
    needed = [name for part in parts for name in part.value.get("required", [])]
    merged: dict[str, Any] = {"type": "object", "x-resource": {}}
    merged |= {"required": list(dict.fromkeys(needed))} if needed else {}
    return merged | {"properties": found} if found else {}


def _lines(schema: dict[str, Any]) -> str:
    """A schema as YAML, with a line for each property."""
    rest = {name: value for name, value in schema.items() if name != "properties"}
    lines = [f"{name}: {_flow(value)}" for name, value in rest.items()]
    lines += ["properties:", *(f"  {name}: {_flow(value)}" for name, value in schema["properties"].items())]
    return "\n".join(f"  {line}" for line in lines)


def _flow(value: Any) -> str:
    written = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=math.inf, allow_unicode=True
    )
    return written.removesuffix("\n").removesuffix("\n...")


def _kept(document: Document) -> Iterator[tuple[str, str]]:
    """The schemas that a path lists, or makes, and one of these paths."""
    for operation in operations(document):
        answer, success = operation.response_schema(), operation.success_response()
        if answer is None or success is None:
            continue
        page = page_array(answer)
        if operation.method == "get" and (page or array_item_name(answer)):
            yield (page[1] if page else array_item_name(answer)), operation.path
        elif (operation.method, success[0]) == ("post", "201") and answer.pointer.startswith(
            "/components/sch"
        ):
            yield answer.name, operation.path


def _names(operation: ContractOperation) -> Iterator[str]:
    """Names for an operation, the best one first."""
    steps = [step for step in operation.path.split("/") if step]
    fixed = [_camel(step) for step in steps if "{" not in step] or ["Root"]
    if operation.resource and operation.kind != "custom":
        verb = "list" if operation.kind == "list" else operation.kind
        one = operation.resource
        yield verb + (_camel(pluralize(snake_case(one))) if verb == "list" else one)
    verb = _VERBS.get(operation.method, operation.method)
    yield verb + fixed[-1]
    yield verb + "".join(fixed)
    number = 2
    while True:
        yield f"{verb}{''.join(fixed)}{number}"
        number += 1


def _camel(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
