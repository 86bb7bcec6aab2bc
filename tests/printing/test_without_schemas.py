"""A contract without a schema becomes a service: its modules import no classes."""

import subprocess
import sys
from pathlib import Path

import pytest

from freehold import pipeline
from freehold.ground.project import find_project

CONTRACT = """\
openapi: 3.1.0
info: {title: Bells, version: 1.0.0}
x-problems: standard
security: [{bearerAuth: []}]
paths:
  /ring:
    post:
      operationId: ringBell
      x-operation: custom
      responses: {"204": {description: It rings.}}
components:
  securitySchemes: {bearerAuth: {type: http, scheme: bearer}}
"""
UNUSED = "  schemas: {Bell: {type: object, properties: {pitch: {type: integer}}}}\n"


@pytest.mark.long
@pytest.mark.parametrize("more", ["", UNUSED], ids=["no schema", "one that nothing refers to"])
def test_its_modules_can_be_imported(tmp_path: Path, more: str) -> None:
    (tmp_path / "contract.yaml").write_text(CONTRACT + more, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")
    (tmp_path / "overrides").mkdir()

    files = pipeline.generate(find_project(tmp_path)).files

    for name, text in files.items():
        (tmp_path / "generated" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "generated" / name).write_text(text, "utf-8")
    program = "import generated.schemas, generated.operations.methods, generated.operations.routes"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
