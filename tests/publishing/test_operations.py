"""The operations of the served document: what generators of clients need of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.operations.contract_operation import IF_NONE_MATCH, METHODS
from freehold.contract.operations.inference import operations
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.keys import sends_location
from freehold.publishing.operations.parameters import order_parameters
from freehold.publishing.operations.servers import add_servers
from freehold.publishing.operations.unused_components import remove_unused_components
from freehold.publishing.served_document import build_served_document
from freehold.publishing.tree import resolve
from tests.publishing.documents import effective, every_contract
from tests.support.contracts import Load, changed

PLACES = ["path", "query", "header", "cookie"]


def served(name: str) -> dict[str, Any]:
    root: dict[str, Any] = build_served_document(effective(name)).root
    return root


def operations_of(root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in root["paths"].items():
        yield from ((path, item[method]) for method in METHODS if method in item)


@every_contract
def test_arguments_of_the_path_come_first_in_its_order(name: str) -> None:
    root = served(name)

    for path, operation in operations_of(root):
        found = [resolve(root, parameter) for parameter in operation.get("parameters", ())]
        places = [PLACES.index(parameter["in"]) for parameter in found]
        assert places == sorted(places)
        in_path = [f"{{{parameter['name']}}}" for parameter in found if parameter["in"] == "path"]
        assert in_path == sorted(in_path, key=path.index)
        assert len(in_path) == path.count("{")
    assert all("parameters" not in item for item in root["paths"].values())


@every_contract
def test_a_put_that_creates_evaluates_no_other_if_none_match_than_a_star(name: str) -> None:
    contract, root = effective(name), served(name)

    for operation in operations(contract):
        found = root["paths"][operation.path][operation.method].get("parameters", ())
        for header in (resolve(root, p) for p in found):
            if header["name"].lower() == IF_NONE_MATCH:
                assert (header["schema"].get("enum") == ["*"]) == creates_row(operation)


def test_a_parameter_of_an_operation_replaces_that_of_the_path_item() -> None:
    shared = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "q", "in": "query"},
    ]
    own = [{"name": "q", "in": "query", "schema": {"maxLength": 9}}, {"name": "q", "in": "header"}]
    root = {"paths": {"/a/{id}": {"parameters": shared, "get": {"parameters": own}, "delete": {}}}}

    order_parameters(root)

    assert root["paths"]["/a/{id}"]["get"] == {"parameters": [shared[0], own[0], own[1]]}
    assert root["paths"]["/a/{id}"]["delete"] == {"parameters": shared}


@every_contract
def test_every_server_and_every_location_is_declared(name: str) -> None:
    root = served(name)

    assert root["servers"]
    for operation in operations(effective(name)):
        status = operation.success_response()
        assert status is not None
        response = resolve(root, root["paths"][operation.path][operation.method]["responses"][status[0]])
        always = {header for header, part in response.get("headers", {}).items() if part.get("required")}
        redirects = status[0].startswith("3")  # its method sets the header
        assert ("Location" in always) == (sends_location(operation) or redirects)
        assert ("ETag" in always) == operation.has_etag


def test_servers_of_the_contract_stay() -> None:
    root = {"openapi": "3.1.0", "info": {}, "paths": {}, "servers": [{"url": "https://a.example"}]}

    add_servers(root)

    assert root["servers"] == [{"url": "https://a.example"}]


@every_contract
def test_no_component_is_unused(name: str) -> None:
    root = served(name)
    text = json.dumps(root)

    for kind, parts in root["components"].items():
        if kind != "securitySchemes":
            assert [part for part in parts if f'"#/components/{kind}/{part}"' not in text] == []


def test_components_that_only_refer_to_each_other_go(load: Load) -> None:
    contract = build_effective_contract(load(changed()))
    schemas = contract.root["components"]["schemas"]
    loop = {"properties": {"next": {"$ref": "#/components/schemas/Loop"}}}
    schemas |= {"Loop": loop, "Other": {"items": {"$ref": "#/components/schemas/Loop"}}}

    remove_unused_components(contract.root)

    assert {"Loop", "Other"} & schemas.keys() == {"Loop", "Other"}
    left = contract.root["components"]["schemas"]
    assert {"Loop", "Other"} & left.keys() == set()
    assert "Task" in left


@pytest.mark.parametrize("target", ["Cat", "#/components/schemas/Cat"])
def test_subtypes_of_a_discriminator_stay(target: str) -> None:
    pet = {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"cat": target}}}
    extension = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Claws"}]}
    root = {
        "paths": {"/p": {"get": {"x": {"$ref": "#/components/schemas/Pet"}}}},
        "components": {
            "schemas": {"Pet": pet, "Cat": {}, "Dog": extension, "Claws": {}, "Unused": {}},
            "parameters": {"Unused": {}},
        },
    }

    remove_unused_components(root)

    assert root["components"] == {"schemas": {"Pet": pet, "Cat": {}, "Dog": extension, "Claws": {}}}
