"""The overrides, by theme."""

from tests.hostile_overrides.corpus import careless, harmless, hostile, out_of_reach
from tests.hostile_overrides.entry import Override

THEMES: dict[str, list[Override]] = {
    **hostile.THEMES,
    **careless.THEMES,
    "out of reach": out_of_reach.OVERRIDES,
    "harmless": harmless.OVERRIDES,
}
OVERRIDES: list[Override] = [override for overrides in THEMES.values() for override in overrides]
PROCESS_WIDE: list[Override] = hostile.PROCESS_WIDE
"""Those that change the whole process: each has a service of its own."""
