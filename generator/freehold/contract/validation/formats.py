"""Formats that JSON Schema does not define, and options of those that it defines.

The library asserts the formats of JSON Schema 2020-12 by their RFCs. An unknown format is an annotation.
"""

import re
from collections.abc import Callable, Mapping

from jsonschema_rs import EmailOptions

EMAIL = EmailOptions(allow_display_text=False)
"""An address of RFC 5321, without a display name."""

_DECIMAL = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?")


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or bool(pattern.fullmatch(value))


FORMATS: Mapping[str, Callable[[object], bool]] = {
    "byte": _matches(_BASE64),
    "binary": _matches(_BASE64),
    "decimal": _matches(_DECIMAL),
}
"""The validator of each format, which accepts every value that is not a string."""
