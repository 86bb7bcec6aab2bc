"""Builds the served document from the effective contract.

The service judges requests and answers by the served document, so that each promise in it is kept. What only
Freehold reads, such as `x-resource`, stays in the effective contract.
"""

import copy

from freehold.publishing.extensions import remove_extensions
from freehold.reading.document import Document


def build_served_document(effective: Document) -> Document:
    """Return the document for clients. It has no positions, so no problem can be reported in it."""
    served = Document(effective.file, copy.deepcopy(effective.root), {})
    remove_extensions(served.root)
    return served.with_root(served.root)
