"""Builds the served document from the effective contract.

The service judges requests and answers by the served document, so that each promise in it is kept. What only
Freehold reads, such as `x-resource`, stays in the effective contract.
"""

from freehold.publishing.examples.declared_examples import keep_true_examples
from freehold.publishing.examples.made_examples import add_examples
from freehold.publishing.extensions import remove_extensions
from freehold.publishing.number_formats import replace_integer_bounds
from freehold.publishing.operations.parameters import narrow_preconditions, order_parameters
from freehold.publishing.operations.problem_responses import complete_problems
from freehold.publishing.operations.response_headers import require_headers
from freehold.publishing.operations.servers import add_servers
from freehold.publishing.operations.unused_components import remove_unused_components
from freehold.publishing.schemas.capped_totals import bound_capped_totals
from freehold.publishing.schemas.compositions import merge_compositions
from freehold.publishing.schemas.deep_references import replace_deep_references
from freehold.publishing.schemas.defaults import describe_defaults
from freehold.publishing.schemas.directions import separate_directions
from freehold.publishing.schemas.inline_schemas import name_inline_schemas
from freehold.publishing.schemas.plain_words import use_plain_words
from freehold.publishing.schemas.relatives import find_relatives
from freehold.publishing.schemas.schema_parts import copy_of
from freehold.publishing.schemas.sent_properties import always_sent
from freehold.reading.document import Document


def build_served_document(effective: Document) -> Document:
    """Return the document for clients. It has no positions, so no problem can be reported in it."""
    root = copy_of(effective.root)
    add_servers(root)
    order_parameters(root)
    narrow_preconditions(root, effective)
    require_headers(root, effective)
    replace_deep_references(root)
    merge_compositions(root)
    complete_problems(root, effective)
    separate_directions(root, always_sent(effective))
    use_plain_words(root)
    name_inline_schemas(root, find_relatives(effective))
    describe_defaults(root)
    bound_capped_totals(root)
    remove_extensions(root)
    replace_integer_bounds(root)
    remove_unused_components(root)
    keep_true_examples(root)
    add_examples(root, effective)
    return Document(effective.file, root, {})
