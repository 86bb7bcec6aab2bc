"""A contract in several files means what it means in one, and a mistake is told in the file that it is in."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold import pipeline
from freehold.contract import loading
from freehold.ground.problems import ContractError, Problem
from freehold.ground.project import find_project
from freehold.reading import referenced_files
from freehold.reading.document import Document
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Run, split_marker

MAIN = "api.yaml"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder / MAIN


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project" / "openapi"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def load(folder: Path, files: dict[str, str]) -> Document:
    return loading.load(write(folder, files))


def refusal(folder: Path, files: dict[str, str]) -> tuple[Problem, ...]:
    with pytest.raises(ContractError) as refused:
        load(folder, files)
    return refused.value.problems


def dump(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False))


def split(text: str) -> dict[str, str]:
    """The sample with each path and each schema in a file of its own, which refer to one another."""
    whole, files = yaml.safe_load(text), {}
    for index, (path, item) in enumerate(whole["paths"].items()):
        files[f"paths/{index}.yaml"] = dump(item).replace("'#/components/schemas/", "'../schemas/all.yaml#/")
        whole["paths"][path] = {"$ref": f"paths/{index}.yaml"}
    schemas = whole["components"]["schemas"]
    files["schemas/all.yaml"] = dump({name: {"$ref": f"./{name}.yaml"} for name in schemas})
    for name, schema in schemas.items():
        files[f"schemas/{name}.yaml"] = dump(schema).replace("'#/components/schemas/", "'all.yaml#/")
        schemas[name] = {"$ref": f"./schemas/{name}.yaml"}
    files = {name: text.replace("'#/", f"'../{MAIN}#/") for name, text in files.items()}
    return files | {MAIN: dump(whole)}


def test_a_split_contract_generates_the_same_files_as_a_single_file(project: Path, freehold: Run) -> None:
    file = project / "openapi" / "tasks-api.yaml"
    whole = pipeline.generate(find_project(project)).files
    parts_ = split(SAMPLE)
    text = parts_.pop(MAIN)
    write(project / "openapi", {name: part.replace(MAIN, file.name) for name, part in parts_.items()})
    file.write_text(text, "utf-8")

    assert pipeline.generate(find_project(project)).files == whole

    title = project / "openapi" / "schemas" / "TaskCreate.yaml"
    title.write_text(title.read_text("utf-8").replace("maxLength: 200", "maxLength: 199"), "utf-8")
    stale = freehold("check")
    assert stale.exit_code == 1
    assert "generated/openapi.json is out of date" in stale.output


def test_referenced_parts_become_components_once(here: Path) -> None:
    found = load(
        here,
        {
            MAIN: "paths:\n  /x:\n    get:\n      parameters: [{$ref: task-id.yaml}]\n      responses:\n"
            "        '200': {content: {j: {schema: {$ref: s/task-page.yaml}}}}\n"
            "        '404': {content: {j: {schema: {$ref: 'c.yaml#/a/Task/properties/id'}}}}\n",
            "task-id.yaml": "{name: id}\n",
            "s/task-page.yaml": "items: {$ref: '../c.yaml#/a/Task'}\nallOf: [{$ref: '#'}]\n",
            "c.yaml": "a: {Task: {type: object, properties: {id: {type: string}, up: {$ref: '#/a/Task'}}}}\n",
        },
    ).root

    get = found["paths"]["/x"]["get"]
    assert get["parameters"] == [{"$ref": "#/components/parameters/TaskId"}]
    assert get["responses"]["404"]["content"]["j"]["schema"] == {
        "$ref": "#/components/schemas/Task/properties/id"
    }
    assert found["components"] == {
        "parameters": {"TaskId": {"name": "id"}},
        "schemas": {
            "TaskPage": {
                "items": {"$ref": "#/components/schemas/Task"},
                "allOf": [{"$ref": "#/components/schemas/TaskPage"}],
            },
            "Task": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "up": {"$ref": "#/components/schemas/Task"}},
            },
        },
    }


def test_problems_name_the_file_that_contains_the_mistake(here: Path) -> None:
    files = split(SAMPLE)
    files["schemas/Task.yaml"] += "not: 7\n"
    line = files["schemas/Task.yaml"].count("\n")

    with pytest.raises(ContractError) as refused:
        registry.check(load(here, files))

    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.source) == (
        "schemas/Task.yaml",
        line,
        "not: 7",
    )


TASK = "components: {schemas: {Task: {$ref: »%s}}}\n"
REFUSED: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "URL": (TASK % "https://example.com/a.yaml", "is a URL", "relative path", {}),
    "host": (TASK % "//example.com/a.yaml", "is a URL", "relative path", {}),
    "absolute": (TASK % "/etc/passwd", "absolute path", "./common.yaml", {}),
    "outside": (TASK % "../out.yaml", "outside the folder", "Move", {"../out.yaml": "a: 1\n"}),
    "outside, encoded": (TASK % "'%2e%2e/out.yaml'", "outside the folder", "Move", {"../out.yaml": "a: 1\n"}),
    "no name": (TASK % '"a%00.yaml"', "is not a file name", "", {}),
    "missing": (TASK % "s/taks.yaml", "does not exist", "Did you mean task.yaml?", {"s/task.yaml": "a: 1\n"}),
    "folder": (TASK % "s", "is a folder", "Reference a file in it.", {"s/task.yaml": "a: 1\n"}),
    "pointer": (TASK % "a.yaml#/Taks", "does not exist", "Did you mean Task?", {"a.yaml": "Task: {}\n"}),
    "itself": (
        TASK % "a.yaml",
        "this $ref points to itself",
        "",
        {"a.yaml": "$ref: api.yaml#/components/schemas/Task\n"},
    ),
    "no kind": (
        "info: {x: {z: {$ref: »a.yaml}}}\n",
        "references to other files are not supported here",
        "",
        {"a.yaml": "a: 1\n"},
    ),
    "name": (
        "components: {schemas: {Task: {}, Up: {items: {$ref: »task.yaml}}}}\n",
        "the name Task is used by two schemas: this one and the one at api.yaml:1",
        "Name one in the contract",
        {"task.yaml": "a: 1\n"},
    ),
}


@pytest.mark.parametrize(("marked", "what", "fix", "files"), REFUSED.values(), ids=REFUSED)
def test_invalid_file_references_are_rejected_at_their_position(
    here: Path, marked: str, what: str, fix: str, files: dict[str, str]
) -> None:
    text, place = split_marker(marked)

    (problem,) = refusal(here, files | {MAIN: text})

    assert (problem.file, f"{problem.line}:{problem.column}") == (MAIN, place)
    assert what in problem.message
    assert fix in problem.fix
    assert problem.source == text.splitlines()[0]


def test_a_symbolic_link_out_of_the_folder_is_rejected(here: Path) -> None:
    (here.parent / "secret.yaml").write_text("a: 1\n")
    (here / "in.yaml").symlink_to(here.parent / "secret.yaml")

    (problem,) = refusal(here, {MAIN: "components: {schemas: {Task: {$ref: in.yaml}}}\n"})

    assert "outside the folder" in problem.message


def test_files_that_only_reference_each_other_are_rejected_once(here: Path) -> None:
    files = {MAIN: "components: {schemas: {Task: {$ref: a.yaml}}}\n"}
    files |= {"a.yaml": "$ref: b.yaml\n", "b.yaml": "\n$ref: a.yaml\n"}

    (problem,) = refusal(here, files)

    assert (problem.file, problem.line, problem.column) == ("b.yaml", 2, 7)
    assert "points to itself" in problem.message


def test_problems_of_all_files_are_reported_at_once(here: Path) -> None:
    files = {
        MAIN: "components:\n  schemas:\n    A: {$ref: a.yaml}\n    B: {$ref: b.yaml}\n    C: {$ref: c.yaml}\n"
    }
    files |= {"a.yaml": "x: no\n", "b.yaml": "x:\n  items: {$ref: '#/D'}\n"}

    problems = refusal(here, files)

    assert [(p.file, p.line) for p in problems] == [("a.yaml", 1), (MAIN, 5), ("b.yaml", 2)]


def test_number_and_total_size_of_files_are_limited(here: Path) -> None:
    def files(count: int, size: int = 1) -> dict[str, str]:
        names = [f"S{index}" for index in range(count - 1)]
        listed = "".join(f"    {name}: {{$ref: s/{name}.yaml}}\n" for name in names)
        text = "a: 1\n#".ljust(size, "x")
        return {f"s/{name}.yaml": text for name in names} | {MAIN: f"components:\n  schemas:\n{listed}"}

    assert len(load(here, files(referenced_files.MAX_FILES)).root["components"]["schemas"]) == 199
    for many in (files(referenced_files.MAX_FILES + 3), files(4, 900_000)):
        (problem,) = refusal(here, many)
        assert "at most 200 files and 2,000,000 bytes" in problem.message
        assert problem.file == MAIN
