"""The served contract and its documentation."""

import json
import re
from urllib.parse import urljoin

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
        assets = {address: client.get(urljoin("/docs", address)) for address in addresses}

    assert page.status_code == 200
    assert {"docs/swagger-ui-bundle.js", "docs/page.js", "docs/page.css"} <= assets.keys()
    assert "//" not in page.text
    assert {asset.status_code for asset in assets.values()} == {200}
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(" ".join(policy.values()).split()) == {"'none'", "'self'", "data:"}
    assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]


def test_the_service_has_no_token_for_the_documentation(service: Service) -> None:
    with service.anybody() as client:
        assert client.get("/docs/development.json").json() == {}


def test_every_operation_declares_its_possible_problems() -> None:
    served = json.loads((ROOT / "generated" / "openapi.json").read_text("utf-8"))

    for path, item in served["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                assert {"401", "422", "503"} <= operation["responses"].keys(), f"{method} {path}"
