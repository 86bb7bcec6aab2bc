"""Overrides of a colleague in a hurry."""

from tests.hostile_overrides.corpus.careless import nested, reads, writes
from tests.hostile_overrides.entry import Override

THEMES: dict[str, list[Override]] = {
    "reads in a hurry": reads.OVERRIDES,
    "writes in a hurry": writes.OVERRIDES,
    "nested resources": nested.OVERRIDES,
}
