"""The served contract and its documentation."""

import json
import re

from tests.support.service import ROOT, Service


def test_the_effective_contract_is_served_byte_for_byte(service: Service) -> None:
    with service.anybody() as client:
        response = client.get("/openapi.json")

    assert response.headers["Content-Type"] == "application/json"
    assert response.content == (ROOT / "generated" / "openapi.json").read_bytes()


def test_the_documentation_loads_nothing_from_other_hosts(service: Service) -> None:
    with service.anybody() as client:
        page = client.get("/docs")
        addresses = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        assets = [client.get(address) for address in addresses]

    assert page.status_code == 200
    assert addresses
    assert all(address.startswith("/docs/") for address in addresses)
    assert "//" not in re.sub(r"//? .*", "", page.text).replace("<!-- ", "")
    assert {asset.status_code for asset in assets} == {200}
    assert "SwaggerUIBundle" in assets[-1].text


def test_every_operation_declares_its_possible_problems() -> None:
    served = json.loads((ROOT / "generated" / "openapi.json").read_text("utf-8"))

    for path, item in served["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                assert {"401", "422", "503"} <= operation["responses"].keys(), f"{method} {path}"
