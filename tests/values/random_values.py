"""Random values for a schema: some that follow it, some that are changed a little, some of another kind."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from tests.values.json_text import Json
from tests.values.random_schemas import NAMES, WORDS

_EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "uuid": ("2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
             "2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
             "00000000-0000-0000-0000-000000000000"),
    "date": ("2030-02-28", "2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31", "0000-01-01", "2030-2-1"),
    "date-time": ("2030-01-31T20:15:00Z", "2030-01-31t20:15:00.123456z", "2030-01-31T20:15:00.1234567Z",
                  "2030-01-31T20:15:00-05:30", "1998-12-31T23:59:60Z",
                  "2030-01-31T20:15:00", "0001-01-01T00:00:00+01:00"),
    "time": ("20:15:00Z", "20:15:00.5+02:00", "23:59:60Z", "20:15:00", "08:30:06+23:00", "24:00:00Z"),
    "email": ("ada@example.org", "a.b.c.d.e.f@x.org", "ada+tag@example.museum", "ada",
              "@example.org", "a@b@c.org"),
    "uri": ("https://example.org/a?b=c#d", "http://localhost:54321/", "urn:isbn:0451450523",
            "/relative", "http://a b"),
    "uri-reference": ("/relative", "../up", "#part", "https://example.org", "a b", "\\\\server"),
    "hostname": ("example.org", "a-b-c-d-e-f.com", "localhost", "-a.org", "a_b.org", "x" * 64 + ".org"),
    "ipv4": ("127.0.0.1", "256.1.1.1", "1.2.3"),
    "ipv6": ("::1", "2001:db8::8a2e:370:7334", "12345::", "1::2::3"),
    "duration": ("P1Y2M3DT4H5M6S", "PT0S", "P4W", "P", "1D"),
    "decimal": ("12.50", "-0.1", "0.3", "1e5", "1.", "12345678901234567890.123456789"),
    "byte": ("aGVsbG8=", "", "aGVsbG8", "#"),
    "json-pointer": ("", "/a/b~0~1", "a", "/~2"),
}  # fmt: skip
_ODD: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, Decimal("1.0"), Decimal("0.1"), Decimal("0.30000000000000000001"),
    Decimal("1E+2"), 2**31, 2**53 + 1, 2**63 - 1, 2**63,
    -(2**63) - 1, 10**25, "", "0", "a", "a" * 300, "e\u0301",
    "\U0001f600", "\0", "\ud800", "\u2028", "'; --", [], [[]], [None], {}, {"": None}, {"a": {"a": {"a": 1}}},
)  # fmt: skip


def values(random: Random, schema: Json, count: int) -> list[Json]:
    """Values for a schema: half of them are meant to fit."""
    made: list[Json] = []
    for _ in range(count):
        one = guided(random, schema)
        chance = random.random()
        if chance < 0.3:
            one = mutated(random, one)
        elif chance < 0.4:
            one = random.choice(_ODD)
        made.append(one)
    return made


def guided(random: Random, schema: Json, depth: int = 6) -> Json:
    """A value that follows most of what a schema says."""
    if not isinstance(schema, dict) or depth == 0:
        return random.choice(_ODD)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema and random.random() < 0.9:
        return random.choice(schema["enum"])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema and "properties" not in schema:
            return _merged(random, [guided(random, part, depth - 1) for part in schema[word]], word)
    if "then" in schema or "else" in schema:
        return guided(
            random, schema[random.choice([w for w in ("if", "then", "else") if w in schema])], depth - 1
        )
    return _typed(random, schema, depth)


def _merged(random: Random, parts: list[Json], word: str) -> Json:
    """Objects that must all fit are laid over each other."""
    if word == "allOf" and all(isinstance(part, dict) for part in parts):
        return {key: inner for part in parts for key, inner in part.items()}
    return random.choice(parts)


def _typed(random: Random, schema: Mapping[str, Json], depth: int) -> Json:
    said = schema.get("type")
    if schema.get("nullable") and random.random() < 0.2:
        return None
    kind = random.choice(said) if isinstance(said, list) else said
    if kind == "string":
        return _text(random, schema)
    if kind in ("integer", "number"):
        return _number(random, schema, whole=kind == "integer")
    if kind == "array":
        return _array(random, schema, depth)
    if kind == "object":
        return _object(random, schema, depth)
    return (
        random.choice((True, False)) if kind == "boolean" else None if kind == "null" else random.choice(_ODD)
    )


def _text(random: Random, schema: Mapping[str, Json]) -> str:
    if "format" in schema and schema["format"] in _EXAMPLES:
        return random.choice(_EXAMPLES[schema["format"]])
    if random.random() < 0.3:
        return random.choice(WORDS)
    low = int(schema.get("minLength", 0))
    high = int(schema.get("maxLength", low + 5))
    length = max(0, random.choice((low, high, low - 1, high + 1, random.randint(low, high))))
    return "".join(random.choice("abcAB 19ä") for _ in range(length))


def _number(random: Random, schema: Mapping[str, Json], *, whole: bool) -> Json:
    bounds = [
        schema[word]
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        if word in schema
    ]
    near = random.choice([bound for bound in bounds if not isinstance(bound, bool)] or [0])
    step = schema.get("multipleOf", 1 if whole else Decimal("0.1"))
    number = Decimal(near) + Decimal(step) * random.randint(-3, 3)
    if random.random() < 0.4:
        number = Decimal(step) * random.randint(-20, 20)
    if whole and random.random() < 0.9:
        return int(number)
    return number if random.random() < 0.8 else number + Decimal("1E-17")


def _array(random: Random, schema: Mapping[str, Json], depth: int) -> Json:
    low = int(schema.get("minItems", 0))
    length = random.randint(max(0, low - 1), int(schema.get("maxItems", low + 3)) + 1)
    first = [guided(random, part, depth - 1) for part in schema.get("prefixItems", ())]
    if first and length < len(first):
        return first[: max(length, 1)]
    rest = [
        guided(random, schema.get("items", schema.get("contains")), depth - 1)
        for _ in range(length - len(first))
    ]
    return [*first, *rest]


def _object(random: Random, schema: Mapping[str, Json], depth: int) -> Json:
    required = set(schema.get("required", ()))
    properties: Mapping[str, Json] = schema.get("properties", {})
    made = {
        name: guided(random, part, depth - 1)
        for name, part in properties.items()
        if random.random() < (0.95 if name in required else 0.5)
    }
    for name in required - made.keys():
        if random.random() < 0.9:
            made[name] = random.choice(_ODD)
    if random.random() < 0.4:
        made[random.choice(NAMES)] = guided(random, schema.get("additionalProperties"), depth - 1)
    return made


def _with_another(random: Random, value: dict[str, Json] | list[Json]) -> Json:
    """An object or an array with one member changed, left out, or there twice."""
    if isinstance(value, dict):
        key = random.choice(sorted(value))
        rest = {name: inner for name, inner in value.items() if name != key}
        return rest if random.random() < 0.3 else {**value, key: mutated(random, value[key])}
    place = random.randrange(len(value))
    if random.random() < 0.3:
        return [*value, value[place]]
    return [*value[:place], mutated(random, value[place]), *value[place + 1 :]]


def mutated(random: Random, value: Json) -> Json:
    """The value with one thing changed, anywhere in it."""
    if isinstance(value, dict | list) and value and random.random() < 0.8:
        return _with_another(random, value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and random.random() < 0.7:
        return random.choice((value + 1, value - 1, -value, Decimal(value) + Decimal("0.5"), str(value)))
    if isinstance(value, str) and random.random() < 0.6:
        return random.choice((value + "a", value[:-1], value.upper(), value + "\n", " " + value))
    return random.choice(_ODD)
