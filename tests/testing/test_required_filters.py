"""The tests of a project find their rows in a list that requires a filter by what rows need not have."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from freehold.database import embedded_postgres
from tests.support.project_tests import run_tests
from tests.support.service import Database
from tests.support.tool import freehold

CONTRACT = """\
openapi: 3.0.3
info: {title: Nodes and people, version: "1"}
security: [{token: []}]
paths:
  /nodes:
    get:
      operationId: searchNodes
      parameters:
        - {name: q, in: query, required: true, schema: {type: string, minLength: 1}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        "200":
          description: D
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Node"}}}}
    post:
      operationId: createNode
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/NodeInput"}}}}
      responses:
        "201": {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Node"}}}}
  /people:
    get:
      operationId: listPeople
      parameters: [{name: email, in: query, required: true, schema: {type: string}}]
      responses:
        "200":
          description: D
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Person"}}}}
  /people/{id}:
    get:
      operationId: getPerson
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200": {description: D, content: {application/json: {schema: {$ref: "#/components/schemas/Person"}}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    Person: {type: object, properties: {id: {type: integer}, name: {type: string}, email: {type: string}}}
    Node:
      type: object
      required: [id]
      properties: {id: {type: integer}, title: {type: string, nullable: true}, depth: {type: integer}}
    NodeInput:
      type: object
      properties: {title: {type: string, nullable: true}, depth: {type: integer}}
"""


@pytest.mark.long
def test_rows_have_what_a_list_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: embedded_postgres.Server
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nodes.yaml").write_text(CONTRACT, "utf-8")
    result = CliRunner().invoke(main, ["init", "api", "--from", "nodes.yaml"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    embedded_postgres.create_database(server, "required_filters")
    folder = tmp_path / "api"
    url = Database(server.url("required_filters")).url
    freehold(folder, url, "generate", "migrate new -m Everything")

    done = run_tests(folder, "-k", "searchNodes or listPeople", "-rs")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED" not in done.stdout, done.stdout
