"""Moves the defaults of schemas into their descriptions.

Generators of clients take a property with a default for one that is required, or send the default for what is
absent, which in an update would overwrite what is stored. The service applies the defaults.
"""

import json

from freehold.publishing.schemas.schema_parts import is_3_0, schema_holders
from freehold.publishing.tree import Part, schemas_in

_LONGEST_DEFAULT = 200  # characters


def describe_defaults(root: Part) -> None:
    """Replace the default of each schema by a sentence, in place. Parameters keep theirs."""
    for holder, key in schema_holders(root):
        is_parameter = key == "schema" and "in" in holder
        for schema in schemas_in(holder[key]):
            if "default" in schema and not is_parameter:
                _describe_default(schema, hidden="$ref" in schema and is_3_0(root))


def _describe_default(schema: Part, *, hidden: bool) -> None:
    """Describe the default of a schema, unless it is `hidden` beside a reference of OpenAPI 3.0."""
    text = json.dumps(schema.pop("default"), ensure_ascii=False)
    if not hidden and len(text) <= _LONGEST_DEFAULT:
        said = str(schema.get("description", "")).rstrip()
        end = "" if not said else " " if said.endswith((".", "!", "?")) else ". "
        schema["description"] = f"{said}{end}Defaults to `{text}`."
