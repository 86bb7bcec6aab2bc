"""Removes the words that only Freehold reads. Extensions of other tools stay."""

from freehold.contract.effective_contract import DEPENDS_ON_DATA
from freehold.contract.operations.deep_objects import PART_WORDS
from freehold.contract.vocabulary import FIXED_FIELDS
from freehold.publishing.tree import Part, objects

_OWN = {
    kind: frozenset(word for word in fields if word.startswith("x-")) - {DEPENDS_ON_DATA}
    for kind, fields in FIXED_FIELDS.items()
}
"""For each kind of object, the words that clients do not need. Schemathesis needs `x-depends-on-data`."""
_OWN["schema"] |= {*PART_WORDS}  # of a property of an object in a query


def remove_extensions(root: Part) -> None:
    """Remove each word of Freehold's own from a document, in place."""
    for kind, part in objects(root):
        for word in _OWN.get(kind, frozenset()) & part.keys():
            del part[word]
