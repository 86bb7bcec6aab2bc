"""Finds the requests whose schemas have another name in the served document than in the contract."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from freehold.contract.operations.inference import operations
from freehold.ground.project import SERVED_DOCUMENT
from freehold.pipeline import GenerationResult
from freehold.publishing.schemas.schema_parts import referred_name
from freehold.reading.document import Document


class RequestName(NamedTuple):
    """The schema of a request that got a name of its own."""

    operation_id: str
    written: str
    """The name in the contract, where answers use the schema, too."""
    served: str


def request_names(result: GenerationResult) -> Iterator[RequestName]:
    """Yield the requests that are described by another schema than in the contract, in its order."""
    served = Document("", json.loads(result.files[SERVED_DOCUMENT]), {})
    written = {(o.method, o.path): o.body_schema() for o in operations(result.document)}
    for operation in operations(served):
        before = written.get((operation.method, operation.path))
        content = operation.node.get_path("requestBody", "content")
        media: Mapping[str, object] = next(iter(content.value.values()), {}) if content else {}
        name = referred_name(media.get("schema"))
        if before is not None and name is not None and name != before.name:
            yield RequestName(operation.id, before.name, name)
