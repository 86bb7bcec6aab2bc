"""The order of the steps that bring a contract into the form that the rules and the builder read.

Each step changes the copy in memory, keeps what the contract means, and leaves a note of what is served
differently than it is written. A normalized contract stays as it is.
"""

from contextlib import suppress

from freehold.contract.normalizing.composed_resources import merge_parts
from freehold.contract.normalizing.inline_schemas import name_inline_schemas
from freehold.contract.normalizing.media_types import keep_json
from freehold.contract.normalizing.security import keep_bearer_tokens
from freehold.ground.problems import ContractError
from freehold.reading.document import Document

_STEPS = (keep_json, keep_bearer_tokens, name_inline_schemas, merge_parts)


def normalize(document: Document) -> Document:
    """Return the contract in its normal form; as far as possible if it has a `$ref` to nothing."""
    with suppress(ContractError):  # of a misspelled part, which the rules report
        for step in _STEPS:
            document = step(document)
    return document
