"""From a contract to the model that the templates print. Every decision is made here."""

from collections.abc import Mapping

from freehold.build import columns, keys, operations
from freehold.build.titles import module, title
from freehold.contract import Document, Node
from freehold.model import Api, Operation, Owner, Resource
from freehold.naming import class_name, identifier, snake
from freehold.overrides import Override
from freehold.safe import Code
from freehold.tables import id_name, owner, properties, resources, table, tells_foreign
from freehold.vocabulary import Operation as Found
from freehold.vocabulary import operations as found_operations
from freehold.vocabulary import paged_by_cursor, version_column


def build(document: Document, overrides: Mapping[str, Override], home: str) -> Api:
    """The whole service; `home` is the package of the overrides."""
    found = found_operations(document)
    made = tuple(
        _resource(name, schema, [o for o in found if o.resource == name], overrides, home)
        for name, schema in resources(document).items()
    )
    return Api(
        title=document.top.get("info").plain("title"),  # type: ignore[union-attr]  # the rules want one
        version=document.top.get("info").plain("version"),  # type: ignore[union-attr]
        overrides=Code(home),
        resources=made,
        repeats=any(operation.once for resource in made for operation in resource.operations),
        cursors=any(map(paged_by_cursor, found_operations(document))),
    )


def _resource(
    name: str, schema: Node, found: list[Found], overrides: Mapping[str, Override], home: str
) -> Resource:
    plural, repository = module(schema), Code(f"{class_name(name)}Repository")
    there, version = table(name, schema), version_column(schema, found)
    made = tuple(operations.operation(operation, schema) for operation in found)
    mine = plural in overrides and repository in overrides[plural].classes
    said = owner(schema)
    return Resource(
        schema=class_name(name),
        name=identifier(name),
        plural=plural,
        title=title(schema),
        table=there,
        row=Code(f"{class_name(name)}Row"),
        repository=repository,
        owner=_owner(schema),
        base=Code("OwnedRepository" if said else "SharedRepository"),
        base_module=Code("owned" if said else "shared"),
        tells_foreign=tells_foreign(schema),
        id_column=snake(id_name(schema)),
        touched_columns=columns.touched(schema),
        version_column=version,
        foreign_keys=keys.foreign_keys(schema, there),
        parent=keys.parent_of(schema, there),
        references=keys.pointers(schema, there),
        columns=columns.columns(schema, version),
        checks=columns.checks(schema),
        indexes=keys.indexes(schema, there),
        shown=tuple(snake(key) for key, prop in properties(schema).items() if not prop.plain("writeOnly")),
        optional=columns.optional(schema),
        operations=made,
        models=_models(class_name(name), made),
        wired=_wired(made),
        home=Code(f"{home}.{plural}" if mine else f".{plural}.repository"),
    )


def _owner(schema: Node) -> Owner | None:
    said = owner(schema)
    kind = Code("UUID" if said and said.format == "uuid" else "str")
    return Owner(identifier(said.column), said.claim, kind) if said else None


def _models(schema: Code, made: tuple[Operation, ...]) -> tuple[Code, ...]:
    """The classes of `schemas` that the signatures name."""
    named = {schema} | {model for operation in made for model in operation.models}
    return tuple(sorted(named))


def _wired(made: tuple[Operation, ...]) -> tuple[Code, ...]:
    """The types of the repositories that the routes name."""
    named = {Code(r.partition(": ")[2]) for operation in made for r in operation.repositories}
    return tuple(sorted(named))
