"""From a contract to the model that the templates print. Every decision is made here."""

from collections.abc import Mapping

from freehold.build import columns, operations
from freehold.contract import Document, Node
from freehold.model import Api, Operation, Owner, Resource
from freehold.naming import class_name, identifier, plural, snake
from freehold.overrides import Override
from freehold.safe import Code
from freehold.vocabulary import Operation as Found
from freehold.vocabulary import operations as found_operations
from freehold.vocabulary import owner, properties, resources, schemas


def build(document: Document, overrides: Mapping[str, Override], home: str) -> Api:
    """The whole service; `home` is the package of the overrides."""
    found = found_operations(document)
    return Api(
        title=document.top.get("info").plain("title"),  # type: ignore[union-attr]  # the rules want one
        version=document.top.get("info").plain("version"),  # type: ignore[union-attr]
        overrides=Code(home),
        resources=tuple(
            _resource(name, schema, [o for o in found if o.resource == name], overrides, home)
            for name, schema in resources(document).items()
        ),
    )


def _resource(
    name: str, schema: Node, found: list[Found], overrides: Mapping[str, Override], home: str
) -> Resource:
    word = snake(name)
    module = identifier(plural(word))
    repository = Code(f"{class_name(name)}Repository")
    options = schema.value["x-resource"]
    table = options.get("table", str(module))
    made = tuple(operations.operation(operation, schema) for operation in found)
    mine = module in overrides and repository in overrides[module].classes
    return Resource(
        schema=class_name(name),
        name=identifier(name),
        plural=module,
        title=_title(module, schema),
        table=table,
        row=Code(f"{class_name(name)}Row"),
        repository=repository,
        owner=_owner(schema),
        tells_foreign=options.get("foreign") == "forbidden",
        id_column="id",
        touched_columns=columns.touched(schema),
        columns=columns.columns(schema),
        checks=columns.checks(schema),
        indexes=columns.indexes(schema, table),
        shown=tuple(snake(key) for key, prop in properties(schema).items() if not prop.plain("writeOnly")),
        optional=columns.optional(schema),
        operations=made,
        models=_models(class_name(name), made),
        home=Code(f"{home}.{module}" if mine else f".{module}.repository"),
    )


def _title(module: Code, schema: Node) -> Code:
    """The plural as the name of a type, unless a schema has it."""
    title = Code("".join(part.capitalize() for part in module.split("_")))
    return Code(f"Owned{title}") if title in dict(schemas(schema.document)) else title


def _owner(schema: Node) -> Owner:
    said = owner(schema)
    return Owner(identifier(said.column), said.claim, Code("UUID" if said.format == "uuid" else "str"))


def _models(schema: Code, made: tuple[Operation, ...]) -> tuple[Code, ...]:
    """The classes of `schemas` that the signatures name."""
    named = {schema} | {model for operation in made for model in operation.models}
    return tuple(sorted(named))
