"""What the statements of a contract mean: which schemas are resources, which operation does what."""

from collections.abc import Iterator
from dataclasses import dataclass

from freehold.contract.resources import HIDDEN_VERSION, Link, made, parent, properties, resources
from freehold.ground.naming import snake_case
from freehold.reading.document import Document, Node

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
KINDS = ("list", "create", "get", "update", "replace", "delete", "custom")
BODIES = {"create": "Create", "update": "Update", "replace": "Replace"}
"""What the schema of a body is called, behind the resource, where the resource itself is the body."""
PAGE_SIZES = ("per_page", "page_size")
PAGING = ("page", *PAGE_SIZES, "limit", "offset", "cursor")
TOTALS = ("total", "total_pages", "has_more")
IF_MATCH, IF_NONE_MATCH, IDEMPOTENCY_KEY = "if-match", "if-none-match", "idempotency-key"

_ITEM_KINDS = {"get": "get", "patch": "update", "put": "replace", "delete": "delete"}
_SUCCESS = {
    "list": ("200",),
    "create": ("201",),
    "get": ("200",),
    "update": ("200",),
    "replace": ("200",),
    "delete": ("204", "200"),
}


@dataclass(frozen=True)
class Operation:
    """One method on one path, and what it does to which resource."""

    method: str
    path: str
    node: Node
    item: Node
    kind: str
    resource: str | None
    """The name of the resource's schema."""

    @property
    def id(self) -> str:
        """Its operationId, or nothing."""
        return str(self.node.plain("operationId", ""))

    @property
    def secured(self) -> bool:
        """Whether a token is needed. The contract says so for all operations, or for each."""
        said = self.node.get("security") or self.node.document.top.get("security")
        return said is not None and bool(said.value) and {} not in said.value

    @property
    def public(self) -> bool:
        """Whether the contract says that anybody may ask, without a token."""
        return self.node.plain("x-public") is True

    def header(self, name: str) -> Node | None:
        """The request header of this name, in small letters, if it is declared."""
        headers = (p for p in self.parameters() if p.plain("in") == "header")
        return next((p for p in headers if str(p.plain("name")).lower() == name), None)

    @property
    def tagged(self) -> bool:
        """Whether its answer carries an entity tag."""
        success = self.success()
        headers = success[1].get("headers") if success else None
        return headers is not None and any(name.lower() == "etag" for name, _ in headers.items())

    def parameters(self) -> list[Node]:
        """Its parameters; those of its path come first, and its own overrule them."""
        found: dict[object, Node] = {}
        for place in (self.item, self.node):
            declared = place.get("parameters")
            for parameter in declared.elements() if declared else ():
                found[parameter.plain("name"), parameter.plain("in")] = parameter
        return list(found.values())

    def scopes(self) -> list[str]:
        """What a token must be allowed to do."""
        said = self.node.get("security") or self.node.document.top.get("security")
        return [
            scope for needed in (said.value if said else []) for scopes in needed.values() for scope in scopes
        ]

    def success(self) -> tuple[str, Node] | None:
        """The status that says it worked, and its response."""
        responses = self.node.get("responses")
        for status, response in responses.items() if responses else ():
            if status.startswith("2"):
                return status, response
        return None

    def answer(self) -> Node | None:
        """The schema of what it answers when it worked."""
        success = self.success()
        return success[1].path("content", "application/json", "schema") if success else None

    def body(self) -> Node | None:
        """The schema of the body that it takes."""
        content = self.node.path("requestBody", "content")
        media = next((media for _, media in content.items()), None) if content else None
        return media.get("schema") if media else None


def list_sort(operation: Operation) -> Node | None:
    """The parameter of a list that says its order: `sort`, or the one with `x-sort: true`."""
    query = [p for p in operation.parameters() if p.plain("in") == "query"]
    return next((p for p in query if p.plain("x-sort") is True or p.plain("name") == "sort"), None)


def list_filters(operation: Operation, resource: Node) -> Iterator[tuple[Node, list[str], str]]:
    """The filters of a list: the parameter, the properties that it looks at, and the operator."""
    columns = {snake_case(name): name for name in properties(resource)}
    sort = list_sort(operation)
    for parameter in operation.parameters():
        name = snake_case(str(parameter.plain("name")))
        said = parameter.plain("x-filter", {})
        if parameter.plain("in") != "query" or (sort and parameter.pointer == sort.pointer) or name in PAGING:
            continue
        if "x-search" in parameter.value:
            yield parameter, [str(field) for field in parameter.value["x-search"]], "search"
        elif said:
            yield parameter, [said["field"]], said["op"]
        elif name in columns:
            is_list = (parameter.get("schema") or parameter).plain("type") == "array"
            yield parameter, [columns[name]], "in" if is_list else "eq"


def version_column(schema: Node, found: list[Operation]) -> str | None:
    """The property that counts a row's changes, or a hidden column when entity tags need one."""
    shown = made(schema, "version")
    if shown:
        return snake_case(shown[0])
    mine = [operation for operation in found if operation.resource == schema.name]
    return HIDDEN_VERSION if any(o.tagged or o.header(IF_MATCH) for o in mine) else None


def paged_by_cursor(operation: Operation) -> bool:
    """Whether the pages of a list begin after a row, not at a number."""
    query = {p.plain("name") for p in operation.parameters() if p.plain("in") == "query"}
    return operation.kind == "list" and "cursor" in query


def item_parameters(operation: Operation, resource: Node) -> tuple[list[Node], Node | None]:
    """The parameters of the path that name parents, and the one that names the row itself."""
    path = [p for p in operation.parameters() if p.plain("in") == "path" and p.plain("x-owner") is not True]
    above = ancestors(resource)
    parents = [p for p in path if snake_case(str(p.plain("name"))) in {link.field for link, _ in above}]
    rest = [p for p in path if p.pointer not in {parent.pointer for parent in parents}]
    return parents, rest[0] if rest else None


def ancestors(resource: Node) -> list[tuple[Link, Node]]:
    """The parent, its parent and so on, the highest one first; each with the link that leads to it."""
    known = resources(resource.document)
    found: list[tuple[Link, Node]] = []
    link = parent(resource)
    while link is not None and link.resource in known and len(found) < len(known):
        found.insert(0, (link, known[link.resource]))
        link = parent(known[link.resource])
    return found


def owner_parameter(operation: Operation) -> str | None:
    """The parameter of the path that names the owner, if one does."""
    marked = (p for p in operation.parameters() if p.plain("in") == "path" and p.plain("x-owner") is True)
    return next((str(parameter.plain("name")) for parameter in marked), None)


def operations(document: Document) -> list[Operation]:
    """All operations, in the contract's order."""
    known = document.known
    if "operations" not in known:
        collections = dict(_collections(document))
        known["operations"] = tuple(_operation(*found, collections) for found in _all(document))
    return list(known["operations"])


def is_list_of(schema: Node | None) -> str:
    """The name of the schema that a plain array holds."""
    return _items(schema) if schema else ""


def page_items(schema: Node) -> tuple[str, str] | None:
    """Of a page: the name of its array, and of the schema that the array holds."""
    properties = schema.get("properties")
    arrays = [(name, prop) for name, prop in properties.items() if _items(prop)] if properties else []
    return (arrays[0][0], _items(arrays[0][1])) if len(arrays) == 1 else None


def _all(document: Document) -> Iterator[tuple[str, str, Node, Node]]:
    paths = document.top.get("paths")
    for path, item in paths.items() if paths else ():
        for method, node in item.items():
            if method in METHODS:
                yield method, path, node, item


def _collections(document: Document) -> Iterator[tuple[str, str]]:
    """The paths that stand for all rows of a resource, and which it is."""
    names = resources(document)
    for method, path, node, item in _all(document):
        operation = Operation(method, path, node, item, "custom", None)
        answer, success = operation.answer(), operation.success()
        if answer is None or success is None:
            continue
        if method == "get":
            page = page_items(answer)
            name = page[1] if page else _items(answer)
        else:
            name = answer.name if (method, success[0]) == ("post", "201") else ""
        if name in names:
            yield path, name


def _operation(method: str, path: str, node: Node, item: Node, collections: dict[str, str]) -> Operation:
    under = [known for known in collections if path == known or path.startswith(known + "/")]
    collection = max(under, key=len, default=None)
    resource = collections[collection] if collection is not None else None
    said = node.plain("x-operation")
    kind = str(said) if said else _kind(method, path.removeprefix(collection or path), resource)
    found = Operation(method, path, node, item, kind, resource)
    success = found.success()
    if not said and kind != "custom" and (success is None or success[0] not in _SUCCESS[kind]):
        return Operation(method, path, node, item, "custom", resource)
    return found


def _kind(method: str, rest: str, resource: str | None) -> str:
    if resource is None:
        return "custom"
    if not rest:
        return {"get": "list", "post": "create"}.get(method, "custom")
    steps = rest.strip("/").split("/")
    is_item = len(steps) == 1 and steps[0].startswith("{") and steps[0].endswith("}")
    return _ITEM_KINDS.get(method, "custom") if is_item else "custom"


def _items(schema: Node) -> str:
    """The name of the schema that an array holds, if that has one."""
    items = schema.get("items") if schema.plain("type") == "array" else None
    return items.name if items and items.pointer == f"/components/schemas/{items.name}" else ""
