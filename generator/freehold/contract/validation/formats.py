"""Formats that JSON Schema does not define, and options of those that it defines.

The library asserts the formats of JSON Schema 2020-12 by their RFCs. An unknown format is an annotation.
"""

import re
from collections.abc import Callable, Mapping

from jsonschema_rs import EmailOptions

from freehold.contract.format_patterns import PATTERNS

EMAIL = EmailOptions(allow_display_text=False)
"""An address of RFC 5321, without a display name."""


def _matches(form: str) -> Callable[[object], bool]:
    pattern = re.compile(PATTERNS[form])
    return lambda value: not isinstance(value, str) or bool(pattern.fullmatch(value))


FORMATS: Mapping[str, Callable[[object], bool]] = {
    form: _matches(form) for form in ("byte", "binary", "decimal")
}
"""The validator of each format, which accepts every value that is not a string."""
