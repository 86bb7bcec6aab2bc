"""Regular expressions for string formats, which clients and fuzzers can use.

They follow RFC 1123, 5321 and 3986, without rare forms such as quoted mailboxes and IPv6 hosts. The service
enforces the same patterns, in `runtime/http/field_types.py`.
"""

_X = r"[A-Za-z0-9]"
_LABEL = rf"(?:{_X}{{1,63}}|{_X}{{1,31}}-{_X}{{1,31}}|{_X}{{1,12}}(?:-{_X}{{1,12}}){{2,4}})"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_S = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_MAILBOX = rf"(?:{_S}{{1,64}}|{_S}{{1,31}}\.{_S}{{1,31}}|{_S}{{1,12}}(?:\.{_S}{{1,12}}){{2,4}})"
_STEP = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_REST = rf"(?:\?(?:{_STEP}|[/?])*)?(?:#(?:{_STEP}|[/?])*)?"
_ADDRESS = rf"//{_HOST}(?::[1-9][0-9]{{0,3}})?(?:/{_STEP}*)*"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"
_NO_NUL = r"^[^\u0000]*$"
_BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6}0*)?([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])$"
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

PATTERNS = {
    **dict.fromkeys((None, "password"), _NO_NUL),
    "hostname": rf"^{_HOST}$",
    "email": rf"^{_MAILBOX}@{_HOST}$",
    "uri": rf"^{_SCHEME}(?:{_ADDRESS}|{_STEP}+(?:/{_STEP}*)*){_REST}$",
    "uri-reference": rf"^(?:{_SCHEME}{_ADDRESS}|(?:/{_STEP}+)*){_REST}$",
    "decimal": r"^-?[0-9]{1,100}(\.[0-9]{1,100})?$",
    "uuid": _UUID,
    "time": _TIME,
    "byte": _BASE64,
    "binary": _BASE64,
}
MAX_LENGTHS = {"email": 254, "hostname": 253}
"""Maximum lengths in characters, which the patterns do not contain."""
