"""The order of the steps that bring a contract into the form that the rules and the builder read.

Each step changes the copy in memory, keeps what the contract means, and leaves a note of what is served
differently than it is written. A normalized contract stays as it is.
"""

from contextlib import suppress

from freehold.contract.normalizing.composed.composed_pages import merge_pages
from freehold.contract.normalizing.composed.composed_resources import merge_parts
from freehold.contract.normalizing.composed.describing_parts import describe_whole
from freehold.contract.normalizing.composed.inline_resources import name_inline_resources
from freehold.contract.normalizing.composed.inline_rows import name_inline_rows
from freehold.contract.normalizing.headers import leave_out_headers
from freehold.contract.normalizing.inline_schemas import name_deep_objects, name_inline_schemas
from freehold.contract.normalizing.parameters.list_parameters import complete_list_parameters
from freehold.contract.normalizing.parameters.repeated_filters import leave_out_repeated_filters
from freehold.contract.normalizing.parameters.repeated_parameters import leave_out_repeated_parameters
from freehold.contract.normalizing.parameters.spread_objects import spread_objects
from freehold.contract.normalizing.parameters.untyped_parameters import read_as_text
from freehold.contract.normalizing.patterns.decimal_choices import read_decimal_choices
from freehold.contract.normalizing.patterns.decimals import read_decimals
from freehold.contract.normalizing.patterns.lookaheads import read_lookaheads
from freehold.contract.normalizing.patterns.null_objects import read_null_objects
from freehold.contract.normalizing.patterns.null_types import read_null_types
from freehold.contract.normalizing.patterns.whole_values import write_whole_values
from freehold.contract.normalizing.responses.descriptions import describe_responses
from freehold.contract.normalizing.responses.empty_responses import leave_out_content
from freehold.contract.normalizing.responses.error_contents import read_error_contents
from freehold.contract.normalizing.responses.media_types import keep_json
from freehold.contract.normalizing.responses.success_responses import declare_success
from freehold.contract.normalizing.responses.unsent_properties import note_unsent_properties
from freehold.contract.normalizing.row_keys.chosen_keys import name_chosen_keys
from freehold.contract.normalizing.row_keys.fixed_values import write_fixed_values
from freehold.contract.normalizing.row_keys.path_ids import type_path_ids
from freehold.contract.normalizing.schema_ids import leave_out_ids
from freehold.contract.normalizing.security import keep_bearer_tokens
from freehold.contract.normalizing.shown_owners import show_owners
from freehold.contract.normalizing.updates.null_updates import refuse_null
from freehold.ground.problems import ContractError
from freehold.reading.document import Document

_STEPS = (
    leave_out_ids,
    read_null_types,
    read_null_objects,
    write_whole_values,
    describe_whole,
    leave_out_repeated_parameters,
    write_fixed_values,
    read_decimals,
    read_decimal_choices,
    read_lookaheads,
    spread_objects,
    read_as_text,
    declare_success,
    describe_responses,
    leave_out_content,
    keep_json,
    read_error_contents,
    keep_bearer_tokens,
    name_inline_resources,
    name_inline_schemas,
    merge_pages,
    name_inline_rows,
    merge_parts,
    name_chosen_keys,
    show_owners,
    leave_out_repeated_filters,
    complete_list_parameters,
    name_deep_objects,
    leave_out_headers,
    type_path_ids,
    refuse_null,
    note_unsent_properties,
)

_MALFORMED = (ContractError, LookupError, TypeError, AttributeError, ValueError)
"""What a step raises for a part that is misspelled or of another type, which the rules report."""


def normalize(document: Document) -> Document:
    """Return the contract in its normal form; as far as possible if it has a `$ref` to nothing."""
    for step in _STEPS:
        with suppress(*_MALFORMED):
            document = step(document)
    return document
