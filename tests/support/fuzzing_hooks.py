"""Schemathesis loads this, and is spared a search that finds nothing and takes most of its coverage phase.

It looks for a text that fits the pattern of a schema and not its format, unless samples tell it that there is
none, which it has for uuid and date. The patterns of the served contract admit none for these formats either.
"""

from schemathesis.specs.openapi.coverage import _schema

_schema._FORMAT_PROBES |= {  # texts that are valid, and others that a pattern for the format does not admit
    "email": (("alice@example.com",), ("alice", "@example.com", "alice@", "a@b@example.com", "alice@-a.com")),
    "time": (("12:30:00Z", "12:30:00+01:00"), ("12:30:00", "24:00:00Z", "12:60:00Z", "12:30Z", "x12:30:00Z")),
    "uri": (
        ("https://example.com/a?b=c#d",),
        ("a", "//example.com", "https://a b", "https://[", "1a://example.com"),
    ),
}
