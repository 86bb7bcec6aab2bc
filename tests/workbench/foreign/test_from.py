"""`freehold init --from` copies a contract with all its files, or nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freehold.cli.main import main
from tests.support.contracts import read_tree
from tests.support.service import ROOT

HERE = Path(__file__).parent
PETS = (HERE / "petstore.yaml").read_text("utf-8")
FIXED = (HERE / "petstore.fixed.yaml").read_text("utf-8")


def init(folder: str, contract: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["init", folder, "--from", contract, *options], catch_exceptions=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_referenced_files_are_copied_and_named_in_problems(desk: Path) -> None:
    before, _, rest = FIXED.partition("    Pet:\n")
    pet, *after = rest.partition("    NewPet:\n")
    (desk / "specs" / "schemas").mkdir(parents=True)
    part = "\n".join(line[6:] for line in pet.splitlines()).replace("tag:", '"tag name":')
    (desk / "specs" / "schemas" / "pet.yaml").write_text(f"{part}\n", "utf-8")
    whole = before + "    Pet: {$ref: schemas/pet.yaml}\n" + "".join(after)
    (desk / "specs" / "pets.yaml").write_text(whole, "utf-8")
    (desk / "specs" / "unrelated.yaml").write_text("a: 1\n")

    result = init("api", "specs/pets.yaml")

    assert result.exit_code == 0, result.output
    copied = [name for name, content in read_tree(desk / "api" / "openapi").items() if content is not None]
    assert copied == ["pets.yaml", "schemas/pet.yaml"]
    problem = "api/openapi/schemas/pet.yaml:13:3: error[FH207]: "
    assert problem in result.stdout


def test_a_contract_in_utf_16_is_copied_in_utf_8(desk: Path) -> None:
    (desk / "pets.yaml").write_bytes(f"\ufeff{FIXED}".encode("utf-16-le"))

    result = init("api", "pets.yaml")

    assert result.exit_code == 0, result.output
    assert "NewPet" in (desk / "api" / "openapi" / "pets.yaml").read_text("utf-8")


def test_the_names_of_requests_in_the_served_document_are_printed(desk: Path) -> None:
    result = init("api", str(HERE / "invoices.fixed.yaml"))

    assert result.exit_code == 0, result.output
    title = "Requests with a schema of their own in the served document"
    _, _, printed = result.stdout.partition(f"\n{title}\n\n")
    names = printed.partition("\n\n")[0].splitlines()
    assert "  Customers_Create: CustomerCreate instead of Customer" in names
    assert "  Invoices_Create: InvoiceCreate instead of Invoice" in names
    assert not [name for name in names if name.endswith("InvoicePatch instead of InvoicePatch")]
    assert title not in CliRunner().invoke(main, ["init", "new"], catch_exceptions=False).stdout


def test_a_json_contract_is_accepted(desk: Path) -> None:
    contract = json.loads((ROOT / "generated" / "contract.json").read_text("utf-8"))
    contract["paths"]["/api/tasks"]["get"].pop("operationId")
    (desk / "tasks.json").write_text(json.dumps(contract, indent=2))

    result = init("api", "tasks.json", "--no-apply")

    assert result.exit_code == 0, result.output
    assert "GET /api/tasks has no operationId" in result.stdout
    assert "Add:\n    operationId: listTasks\n" in result.stdout
    assert "\n1 thing to do in the contract. Then:\n" in result.stdout


def test_a_contract_in_its_final_place_is_kept(desk: Path) -> None:
    contract = desk / "openapi" / "pets.yaml"
    contract.parent.mkdir()
    contract.write_text(FIXED, "utf-8")

    result = init(".", "openapi/pets.yaml")

    assert result.exit_code == 0, result.output
    assert contract.read_text("utf-8") == FIXED
    assert (desk / "generated" / "pets" / "table.py").is_file()
    assert CliRunner().invoke(main, ["check"]).exit_code == 0


def test_another_contract_is_not_overwritten(desk: Path) -> None:
    (desk / "openapi").mkdir()
    (desk / "openapi" / "pets.yaml").write_text("mine: true\n")
    (desk / "pets.yaml").write_text(FIXED, "utf-8")
    before = read_tree(desk)

    result = init(".", "pets.yaml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "openapi/pets.yaml" in result.stderr
    assert read_tree(desk) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openapi: [3", "invalid YAML"),
        ("swagger: '2.0'\ninfo: {title: Pets, version: '1'}\npaths: {}\n", "Convert it first"),
        (FIXED.replace("openapi: 3.0.3", "openapi: 4.0.0"), "OpenAPI 4.0.0 is not supported"),
    ],
)
def test_an_unreadable_contract_is_reported_and_nothing_is_created(
    desk: Path, text: str, expected: str
) -> None:
    (desk / "pets.yaml").write_text(text, "utf-8")
    before = read_tree(desk)

    result = init("api", "pets.yaml")

    assert (result.exit_code, result.stdout) == (1, "")
    assert expected in result.stderr
    assert "Nothing was written." in result.stderr
    assert read_tree(desk) == before


def test_a_missing_security_scheme_is_listed(desk: Path) -> None:
    head, _, _ = PETS.partition("  securitySchemes:\n")
    (desk / "pets.yaml").write_text(head, "utf-8")

    result = init("api", "pets.yaml", "--no-apply")

    assert "the contract does not say what a token is" in result.stdout
    assert "    securitySchemes: {bearerAuth: {type: http, scheme: bearer}}" in result.stdout
    assert "    security: [{bearerAuth: []}]" in result.stdout
    assert "does not require a token" not in result.stdout


def test_a_missing_contract_is_wrong_usage(desk: Path) -> None:
    assert init("api", "none.yaml").exit_code == 2
    assert list(desk.iterdir()) == []
