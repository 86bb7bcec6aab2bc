"""Words of other tools, and of JSON Schema, that a stranger adds to reach a tool behind ours."""

import json
from typing import Any

from freehold.reading.json_pointers import resolve_pointer
from tests.malicious_contracts.harness import PLAIN
from tests.malicious_contracts.hostile import CANARY

_BED = "/components/schemas/Bed"
OBJECTS = {
    "the contract": "",
    "the info": "/info",
    "a server": "/servers/0",
    "a tag": "/tags/0",
    "a path": "/paths/~1beds",
    "an operation": "/paths/~1beds/get",
    "a parameter": "/paths/~1beds/get/parameters/2",
    "the schema of a parameter": "/paths/~1beds/get/parameters/2/schema",
    "a body": "/paths/~1beds/post/requestBody",
    "a media type": "/paths/~1beds/post/requestBody/content/application~1json",
    "a response": "/paths/~1beds/post/responses/201",
    "a header": "/paths/~1beds/post/responses/201/headers/Location",
    "the schema of a header": "/paths/~1beds/post/responses/201/headers/Location/schema",
    "the components": "/components",
    "a security scheme": "/components/securitySchemes/bearerAuth",
    "a resource": _BED,
    "a property": f"{_BED}/properties/called",
    "a property with values": f"{_BED}/properties/soil",
    "a property with a format": f"{_BED}/properties/mail",
    "a constant": f"{_BED}/properties/shape",
    "a list": f"{_BED}/properties/words",
    "what a list holds": f"{_BED}/properties/words/items",
    "a value or null": f"{_BED}/properties/kin",
    "the value": f"{_BED}/properties/kin/anyOf/0",
    "the null": f"{_BED}/properties/kin/anyOf/1",
    "one of several": f"{_BED}/properties/climate",
    "a discriminator": f"{_BED}/properties/climate/discriminator",
    "a reference": f"{_BED}/properties/climate/oneOf/0",
    "an object": f"{_BED}/properties/extra",
    "a property of an object": f"{_BED}/properties/extra/properties/depth",
    "the schema of a body": "/components/schemas/BedCreate",
    "a property of a body": "/components/schemas/BedUpdate/properties/note",
    "a page": "/components/schemas/BedPage",
    "a property of a page": "/components/schemas/BedPage/properties/total",
    "a choice": "/components/schemas/Wet",
}  # fmt: skip
"""Where a word is added, as a JSON pointer."""

_RUN = f"__import__('os').system('touch {CANARY}')"
WORDS: list[tuple[str, Any]] = [
    ("customTypePath", "os.system"),
    ("customTypePath", f"os.x\nimport os; {_RUN}"),
    ("customBasePath", "os.system"),
    ("x-python-type", _RUN),
    ("x-python-import", {"module": f"os\n{_RUN}", "name": "system"}),
    ("x-python-import", [{"module": "os", "name": f"system;{_RUN}"}]),
    ("x-is-base-class", True),
    ("x-enum-varnames", [f"A = {_RUN}", "B"]),
    ("x-enum-descriptions", [f"x\r{_RUN}", "y"]),
    ("x-enumNames", [f"A\n{_RUN}"]),
    ("x-ms-enum", {"name": f"A:\n    {_RUN}", "values": [{"value": "a", "description": f"x\n{_RUN}"}]}),
    ("x-go-type-import", {"path": f'os"\n{_RUN}', "name": "x"}),
    ("x-go-name", f"x\n{_RUN}"),
    ("x-validators", [f"lambda x: {_RUN}"]),
    ("x-field-extra-keys", {"default_factory": _RUN}),
    ("default_factory", _RUN),
    ("x-default-factory", _RUN),
    ("x-class-extra", f"x = {_RUN}"),
    ("x-template", f"{{{{ {_RUN} }}}}"),
    ("x-ms-kiota-info", {"languagesInformation": {"Python": {"installCommand": f"touch {CANARY}"}}}),
    ("x-codegen-settings", {"output": f"../../{CANARY}"}),
    ("$id", "https://example.com/x.json"),
    ("$anchor", f"x\n{_RUN}"),
    ("$dynamicRef", "#x"),
    ("$recursiveRef", "#"),
    ("$schema", "https://example.com/schema"),
    ("$defs", {"A": {"type": "string", "customTypePath": "os.system"}}),
    ("definitions", {"A": {"type": "string", "customTypePath": "os.system"}}),
    ("$comment", f"x\r{_RUN}"),
    ("not", {"customTypePath": "os.system"}),
    ("if", {"customTypePath": "os.system"}),
    ("propertyNames", {"pattern": "(?=a)", "customTypePath": "os.system"}),
    ("patternProperties", {f"x\n{_RUN}": {"type": "string"}}),
    ("additionalProperties", {"type": "string", "customTypePath": "os.system"}),
    ("unevaluatedProperties", {"customTypePath": "os.system"}),
    ("contentMediaType", f"x\n{_RUN}"),
    ("contentSchema", {"customTypePath": "os.system"}),
    ("dependentSchemas", {"a": {"customTypePath": "os.system"}}),
    ("xml", {"name": f"x\n{_RUN}"}),
    ("__class__", _RUN),
    (f"x-\r{_RUN}", _RUN),
    (f"x\"\"\"\n{_RUN}", _RUN),
]  # fmt: skip
"""A word and its value: none of them may change a line of code."""


def with_word(place: str, word: str, value: Any) -> str:
    """The contract with a word added in a place, as JSON."""
    root = json.loads(json.dumps(PLAIN))
    resolve_pointer(root, OBJECTS[place])[word] = value
    return json.dumps(root, indent=1)


def everywhere() -> dict[str, Any]:
    """The contract with each word that is nobody's in every place that takes it."""
    root: dict[str, Any] = json.loads(json.dumps(PLAIN))
    for pointer in OBJECTS.values():
        target = resolve_pointer(root, pointer)
        for word, value in WORDS:
            if word.startswith("x-") and "$ref" not in target:
                target[word] = value
    return root
