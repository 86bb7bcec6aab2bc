# ruff: noqa: RUF001 - what looks like another letter is meant
"""Nasty values: as JSON for bodies, as texts for paths, queries and headers."""

import base64
import json
from itertools import product

STRINGS = {
    "empty": "", "space": " ", "spaces around": " a ", "tab": "\t", "line": "a\nb", "return": "a\r\nb",
    "NUL": "\0", "NUL within": "a\0b", "NUL at the end": "a\0", "bell": "\a", "start of heading": "\x01",
    "escape": "\x1b[31m", "DEL": "\x7f", "C1 control": "\x80", "next line": "a\x85b", "soft hyphen": "\xad",
    "no-break space": "\xa0", "line separator": "a\u2028b", "paragraph separator": "a\u2029b",
    "byte order mark": "\ufeff", "byte order mark before": "\ufeffa", "zero width space": "a\u200bb",
    "noncharacter": "\uffff", "another noncharacter": "\ufdd0", "replacement": "\ufffd",
    "private use": "\ue000", "last code point": "\U0010ffff", "astral": "\U00020000", "emoji": "😀",
    "right to left": "\u202egnp.exe", "isolate": "\u2066a\u2069", "Hebrew": "שלום", "Arabic digits": "١٢٣",
    "full width digits": "１２３", "Roman digit": "Ⅷ", "superscript": "²", "Bengali four": "৪",
    "combining": "a\u0301", "many combining": "a" + "\u0301" * 1000, "ligature": "ﬁ", "sharp s": "ß",
    "dotless i": "ı", "dotted I": "İ", "Kelvin": "\u212a", "family": "👨\u200d👩\u200d👧\u200d👦\u200d👶",
    "flag": "🇪🇺", "variation": "❤\ufe0f", "tag characters": "\U000e0061", "Zalgo": "Z\u0351\u036b\u0343a",
    "quote": "'", "double quote": '"', "backslash": "\\", "backslashes": "\\\\\\", "back quote": "`",
    "percent": "%", "underscore": "_", "percents": "%%%", "like": "%a_b\\%", "percent s": "%s%s%n",
    "percent d": "%d", "dollar": "$1", "colon name": ":name", "question mark": "?", "semicolon": ";",
    "comma": ",", "commas": ",,,", "ampersand": "a&b=c", "hash": "#", "plus": "a+b", "equals": "a=b",
    "brace": "{0}", "braces": "{{7*7}}", "dollar brace": "${x}", "hash brace": "#{7*7}", "JNDI": "${jndi:a}",
    "template": "<%= 7*7 %>", "script": "<script>alert(1)</script>", "entity": "&lt;", "comment": "/* */",
    "SQL": "'; DROP TABLE tasks;--", "SQL true": "' OR 1=1--", "SQL union": "1 UNION SELECT 1",
    "SQL sleep": "1;SELECT pg_sleep(9)", "SQL dollar": "$$a$$", "SQL cast": "1::int", "SQL E": "E'\\x00'",
    "array literal": "{1,2}", "row literal": "(1,2)", "range literal": "[1,2)", "bytea": "\\xdeadbeef",
    "shell": "$(id)", "pipe": "|id", "dots": "../../etc/passwd", "dot": ".", "two dots": "..",
    "dot segment": "..;/", "slash": "/", "slash within": "a/b", "slashes": "//", "encoded slash": "%2F",
    "encoded NUL": "%00", "encoded twice": "%252F", "bad percent": "%zz", "file": "file:///etc/passwd",
    "header": "a\r\nX-Injected: 1", "null": "null", "undefined": "undefined", "None": "None", "nil": "nil",
    "true": "true", "True": "True", "yes": "yes", "no": "no", "on": "on", "false": "false", "t": "t",
    "NaN": "NaN", "inf": "inf", "minus infinity": "-Infinity", "object": "[object Object]", "self": "self",
    "proto": "__proto__", "constructor": "constructor", "class": "__class__", "JSON": '{"a":1}',
    "JSON array": "[1]", "XML": "<?xml version='1.0'?>", "entity bomb": "<!ENTITY a 'b'>",
    "20 letters": "x" * 20, "21 letters": "x" * 21, "50 letters": "x" * 50, "51 letters": "x" * 51,
    "100 letters": "x" * 100, "101 letters": "x" * 101, "200 letters": "x" * 200, "201 letters": "x" * 201,
    "255 letters": "x" * 255, "256 letters": "x" * 256, "257 letters": "x" * 257, "100 emoji": "😀" * 100,
    "200 emoji": "😀" * 200, "201 emoji": "😀" * 201, "1000 letters": "x" * 1000, "1001 letters": "x" * 1001,
    "4000 letters": "x" * 4000, "4001 letters": "x" * 4001, "4000 emoji": "😀" * 4000,
    "8000 letters": "x" * 8000,
}  # fmt: skip

INTEGERS = [
    sign + str(number + off)
    for sign in ("", "-")
    for number in (2**15, 2**16, 2**31, 2**32, 2**53, 2**63, 2**64, 10**18)
    for off in (-1, 0, 1)
]
NUMBERS = [
    "0", "-0", "1", "-1", "2", "3", "4", "1.0", "2.00", "-0.0", "1e0", "1E2", "1e-2", "10e-1", "1e2", "0.1",
    "0.5", "1.5", "-1.5", "1e18", "1e19", "1e300", "1e308", "1.7976931348623157e308", "5e-324", "2e-324",
    "1e-400", "1e309", "1e999", "-1e999", "1e400", "1000000", "1000000.0000001", "1000001", "-1000000",
    "0.30000000000000004", "3.141592653589793238462643383279", "9007199254740993", "9007199254740993.0",
    "1" + "0" * 400, "-1" + "0" * 400, "9" * 5000, "1" + "0" * 400 + ".5", "0." + "1" * 5000, "NaN",
    "Infinity", "-Infinity", "01", "+1", ".5", "5.", "0x10", "1_000", "--1", "1e", "1e+", "0b1", "1,000",
    "1 000", "- 1", "1.e1", "١", "1f", "1n", "1L", "0o7", "00", "-01", "1e+2", "1.0e0",
]  # fmt: skip

_DAYS = ["2030-01-31", "2030-02-29", "2028-02-29", "2026-02-30", "9999-12-31", "0001-01-01", "0000-01-01"]
DATES = [
    *_DAYS, "10000-01-01", "-0001-01-01", "2030-13-01", "2030-00-01", "2030-01-00", "2030-01-32", "20300131",
    "2030-1-31", "2030-W05-4", "2030-031", "2030-01", "2030", "31.01.2030", "01/31/2030", "2030-01-31T00:00",
    "2030-01-31Z", " 2030-01-31", "2030-01-31 ", "２０３０-01-31", "infinity", "-infinity", "today", "now",
    "epoch", "1900-02-29", "2030‐01‐31",
]  # fmt: skip
TIMES = [
    "12:00:00Z", "12:00:00z", "12:00:00+00:00", "12:00:00-00:00", "00:00:00Z", "23:59:59Z", "23:59:60Z",
    "24:00:00Z", "12:60:00Z", "12:00:61Z", "12:00Z", "12:00:00", "120000Z", "12:00:00.5Z", "12:00:00.123456Z",
    "12:00:00.1234567Z", "12:00:00.123456000Z", "12:00:00.123456789Z", "12:00:00,5Z", "12:00:00.Z",
    "12:00:00+01", "12:00:00+0100", "12:00:00+1:00", "12:00:00+01:00", "12:00:00+05:30", "12:00:00+05:45",
    "12:00:00+14:00", "12:00:00+15:59", "12:00:00-15:59", "12:00:00+16:00", "12:00:00-16:00",
    "12:00:00+23:59", "12:00:00-23:59", "12:00:00+24:00", "12:00:00+01:60", "12:00:00+01:00:00", "allballs",
    "12:00:00 Z", "12:00:00Z ", "noon", "12:00:00[Europe/Berlin]", "12:00:00 UTC", "12:00:00 PM",
]  # fmt: skip
MOMENTS = [
    *(f"2030-01-31T{time}" for time in TIMES),
    *(f"{day}T12:00:00Z" for day in _DAYS),
    "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+00:01",
    "0001-01-01T00:00:00-15:59", "2030-01-31 12:00:00Z", "2030-01-31t12:00:00Z", "2030-01-31",
    "20300131T120000Z", "1893456000", "2030-01-31T12:00:00Z\n", "Thu, 31 Jan 2030 12:00:00 GMT",
    "2016-12-31T23:59:60Z",
]  # fmt: skip
DURATIONS = ["P1D", "PT1S", "P1Y2M3DT4H5M6S", "P", "PT", "-P1D", "P1W", "1 day", "PT0.5S", "P99999999999Y"]

_UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
UUIDS = [
    _UUID, _UUID.upper(), _UUID.replace("-", ""), f"{{{_UUID}}}", f"urn:uuid:{_UUID}", f"URN:UUID:{_UUID}",
    _UUID.title(), f" {_UUID}", f"{_UUID} ", f"{_UUID}\n", _UUID[:-1], _UUID + "0", _UUID.replace("0", "g"),
    _UUID.replace("-", "_"), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "0f8f-ad5bd9cb-469f-a165-70867728950e", _UUID.replace("-", "‐"), _UUID.replace("0", "٠"),
    _UUID[:8] + _UUID[9:], "0f8fad5bd9cb-469fa165-70867728950e", f"({_UUID})", f"'{_UUID}'", f"[{_UUID}]",
]  # fmt: skip
BASE64 = [
    "", "AA==", "AAA=", "AAAA", "AA=", "AA", "A", "A===", "====", "AA==AA==", "AB==", "AAB=", "-_-_", "+/+/",
    "AA= =", "AA==\n", " AAAA", "AA\nAA", "AAAA=", "QUFB", "é===", "AAAA" * 22, "AAAA" * 22 + "AA==",
    "AAAA" * 250, "AAAA" * 251, base64.b64encode(bytes(range(256))).decode(), "data:;base64,AAAA",
]  # fmt: skip
EMAILS = [
    "a@b.de", "a+b@c.de", "A@B.DE", "a@localhost", "a.b.c@d.e.f", "@", "a@", "@b", "a@@b", "a b@c.de",
    "a@b c.de", ".a@b.de", "a.@b.de", "a..b@c.de", "a@b..de", "a@-b.de", "a@b-.de", "a@.de", "a@b.de.",
    '"a b"@c.de', "a@[127.0.0.1]", "a@[IPv6:::1]", "a@b.de\n", "Ada <a@b.de>", "a@b.de,c@d.de", "é@b.de",
    "a@é.de", "a@xn--9ca.de", "a\0@b.de", f"{'a' * 64}@b.de", f"{'a' * 65}@b.de", f"a@{'b' * 63}.de",
    f"a@{'b' * 64}.de", f"a@{'.'.join(['b' * 60] * 4)}.de", "a@b_c.de", "a'b@c.de", "a%b@c.de", "mailto:a@b",
]  # fmt: skip
URIS = [
    "https://a.de/", "http://a.de", "https://a.de:8080/x?y=z#w", "HTTPS://A.DE/", "urn:isbn:1", "mailto:a@b",
    "a.de", "//a.de", "/a", "http:", "http://", "http:///a", "http://a b/", "http://a.de/ ", "http://a.de/%",
    "http://a.de/%2", "http://a.de/%20", "http://é.de/", "http://a.de/é", "http://[::1]/", "http://[::1",
    "http://1.2.3.4/", "http://a.de:0/", "http://a.de:99999/", "http://u:p@a.de/", "javascript:alert(1)",
    "data:,a", "file:///etc/passwd", "http://a.de/<b>", 'http://a.de/"', "http://a.de/\\", "1http://a.de/",
    "http://a.de/{x}", "http://a.de\n", "http://a.de/\0", "http://a.de/?a=b&c[]=d", "http://a.de/#a#b", "x:",
]  # fmt: skip
DECIMALS = [
    "12.50", "0.00", "-0", "-0.0", "1e2", "1E+2", "+1", ".5", "5.", "1" * 100, "1" * 101, "0." + "1" * 100,
    "0." + "1" * 101, "sNaN", "1_0", "٣.٥", " 1", "1 ", "1\n", "0012.50", "12,50", "-", "--1", "1.2.3", "00",
]  # fmt: skip
COLORS = ["#00aa00", "#00AA00", "#00aa0", "#00aa000", "00aa00", "#00aa00\n", "#gggggg", "#００aa00", "red"]
CURSORS = ["eyJhIjoxfQ", "AAAA", "_-_-", "A" * 8192, "A" * 8193, "eyJhIjoxfQ==", "1", "0", "null"]
TAGS = ['"1"', 'W/"1"', "*", '"01"', '"0"', '""', '"1', "1", '"1", "2"', '"' + "9" * 18 + '"',
        '"' + "9" * 19 + '"', '"' + "9" * 400 + '"', "**", "*, *", '"-1"', '"é"', 'w/"1"', ", ,", '"1"\t,"3"',
        '"' + "1" * 5000 + '"']  # fmt: skip

FAMILIES = {
    "date": DATES, "time": TIMES, "moment": MOMENTS, "duration": DURATIONS, "uuid": UUIDS, "base64": BASE64,
    "email": EMAILS, "uri": URIS, "decimal": DECIMALS, "color": COLORS, "cursor": CURSORS, "tag": TAGS,
    "integer": INTEGERS, "number": NUMBERS,
}  # fmt: skip

TEXTS = {
    **{f"string {name}": text for name, text in STRINGS.items()},
    **{f"{family} {text[:40]!r} {len(text)}": text for family, texts in FAMILIES.items() for text in texts},
}
"""For a path, a query or a header, and as a string of JSON."""

_CONTAINERS = [
    "null", "true", "false", "[]", "{}", "[null]", "[[]]", "[{}]", "[1]", "[true]", '["a"]', '["a", 1]',
    '["a", "a"]', '[""]', '["\\u0000"]', "[1.0]", "[1e999]", "[2147483647]", "[2147483648]", "[-2147483649]",
    "[1, 2, 3, 4, 5]", "[1, 2, 3, 4, 5, 6]", json.dumps(["x"] * 10), json.dumps(["x"] * 11),
    json.dumps(["x" * 30]), json.dumps(["x" * 31]), json.dumps(["x"] * 5000), "[[1]]", "[1,]", "[,]", "[1 2]",
    '{"a": 1}', '{"": 1}', '{"\\u0000": 1}', '{"a": 1, "a": 2}', '{"a": {"b": 1, "\\u0062": 2}}', '{"a"}',
    "{'a': 1}", "{a: 1}", '{"a": 1,}', '{"__proto__": {}}', '{"$ref": "#"}', '{"type": "phone"}',
    '{"type": "phone", "number": "1"}', '{"type": "phone", "number": "1", "handle": "a"}', '{"type": true}',
    '{"type": "chat", "handle": "a"}', '{"type": "chat", "handle": "a\\u0000"}', '{"type": "fax"}',
    '{"type": ["phone"], "number": "1"}', '{"type": null, "number": "1"}', '{"street": "a", "city": "b"}',
    '{"street": "a"}', '{"street": "a", "city": "b", "country": "DE"}', '{"street": 1, "city": []}',
    '{"street": "a", "city": "b", "country": "DEU"}', '{"street": "a", "city": "b", "x": 1}',
    '{"newsletter": true}', '{"newsletter": 1}', '{"newsletter": "yes", "language": 1}', '{"language": "de"}',
    '{"newsletter": null}', '{"language": "a\\u0000"}', '{"newsletter": false, "other": {"deep": [1e2]}}',
]  # fmt: skip
_DEEP = [
    *("[" * deep + "]" * deep for deep in (2, 16, 29, 31, 32, 33, 100, 1000, 100_000)),
    *('{"a":' * deep + "1" + "}" * deep for deep in (2, 16, 31, 33, 1000)),
    "[" * 100_000,
    '{"a":' * 100_000,
]
_BROKEN = [
    "", " ", "nul", "tru", "True", "None", "undefined", "'a'", '"a', '"\\x61"', '"\\u00"', '"\\ud800"',
    '"\\udc00\\ud800"', '"a\\ud800b"', '"\\ud83d\\ude00"', '"\t"', '"a\nb"', '"\x01"', "/**/1", "1//", "1;",
    "1 1", '"a" "b"', "1}", "1, 2", '"\ufeff"', '\ufeff"a"',
]  # fmt: skip
_SPELLED = ['"\\u0061"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u0000"', '"\\uFFFF"', '"\\u202E"', '  "a"  ']
_LARGE = [json.dumps("x" * (2**20 - 200)), json.dumps("x" * 2**20), json.dumps("é" * 300_000)]

JSON_VALUES: dict[str, bytes] = {
    **{f"text {name}": json.dumps(text, ensure_ascii=False).encode() for name, text in TEXTS.items()},
    **{f"number {text[:40]} {len(text)}": text.encode() for text in [*NUMBERS, *INTEGERS]},
    **{
        f"{family} {text[:40]!r} {len(text)}": text.encode("utf-8", "surrogatepass")
        for family, texts in {
            "container": _CONTAINERS, "deep": _DEEP, "broken": _BROKEN, "spelled": _SPELLED, "large": _LARGE,
        }.items()
        for text in texts
    },
    **{f"bytes {content!r}": content for content in (b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b'"\xe9"')},
}  # fmt: skip
"""For a field of a body."""

QUERIES = {
    f"raw {content!r}": content
    for content in (
        *(b"%FF", b"%C0%80", b"%ED%A0%80", b"%E9", b"%", b"%z", b"%1", b"%u0041", b"a;b"),
        *(first + second for first, second in product((b"1", b"a", b""), (b"&", b"&&=", b"&=1", b"=2"))),
    )
}  # fmt: skip
"""For a query, as bytes after the sign of equality."""
