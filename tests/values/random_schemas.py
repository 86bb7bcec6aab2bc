"""Random schemas in words of 2020-12: for columns, whose type is clear, and for values inside jsonb."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from tests.values.json_text import Json

FORMATS = ("uuid", "date", "date-time", "time", "email", "uri", "uri-reference", "hostname", "ipv4", "ipv6",
           "duration", "decimal", "byte", "json-pointer")  # fmt: skip
PATTERNS = (r"^[a-z]+$", r"\d", r"^\S", r"^[A-Z][a-z]*( [A-Z][a-z]*)*$", r"^(a|bc)*$", r"[^0-9]{2,}",
            r"^\w{0,5}$", r"^\p{L}+$")  # fmt: skip
NAMES = ("a", "b", "c", "name", "kind", "x-1", "$id_", "Äpfel", "", "a b")
PLAIN_NAMES = NAMES[:6]
WORDS = (
    "",
    "a",
    "abc",
    "Ada",
    "Ada Lovelace",
    "bcbc",
    "42",
    "äöü",
    "日本",
    "a b",
    " x",
    "open",
    "done",
    "null",
)
_SCALARS: tuple[Json, ...] = (*WORDS, 0, 1, -1, 7, 2**31, Decimal("1.5"), Decimal("0.1"), True, False, None)


def column(random: Random, *, nullable_word: bool = False) -> Json:
    """A schema whose type is clear; with `nullable_word`, null is spelled as in OpenAPI 3.0."""
    make = random.choice(
        (_text, _text, _formatted, _formatted, _integer, _number, _boolean, _listed, _chosen)
    )
    schema = make(random)
    if random.random() < 0.35:
        schema = _or_null(random, schema, nullable_word=nullable_word)
    return schema


def value(random: Random, depth: int = 3) -> Json:
    """A schema for a value of any kind."""
    if depth == 0 or random.random() < 0.15:
        return _leaf(random)
    makers: tuple[Callable[[Random, int], Json], ...] = (
        _object, _object, _map, _array, _tuple, _composed, _composed, _negated, _conditional, _dependent,
    )  # fmt: skip
    return random.choice(makers)(random, depth - 1)


def jsonb(random: Random) -> Json:
    """A schema that can be no plain column: its values are kept as jsonb."""
    return value(random) if random.random() < 0.2 else _object(random, 2)


def _range(random: Random, low: str, high: str, most: int) -> dict[str, Json]:
    """Two limits that something fits between; each may be missing."""
    first = random.randint(0, most)
    limits = {low: first, high: first + random.randint(0, most)}
    return {word: limit for word, limit in limits.items() if random.random() < 0.5}


def _text(random: Random) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "string", **_range(random, "minLength", "maxLength", 6)}
    if random.random() < 0.3:
        schema["pattern"] = random.choice(PATTERNS)
    return schema


def _formatted(random: Random) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "string", "format": random.choice(FORMATS)}
    if random.random() < 0.25:
        schema["maxLength"] = random.choice((10, 20, 36, 40))
    if random.random() < 0.15:
        schema["pattern"] = random.choice((r"[0-9]", r"^[^A-Z]*$", r"^.*$"))
    return schema


def _integer(random: Random) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "integer", **_limits(random, whole=True)}
    if random.random() < 0.2:
        schema["format"] = random.choice(("int32", "int64"))
    return schema


def _number(random: Random) -> dict[str, Json]:
    return {"type": "number", **_limits(random, whole=False)}


def _limits(random: Random, *, whole: bool) -> dict[str, Json]:
    low = random.randint(-20, 20)
    bounds: list[Json] = [low, low + random.randint(2, 30)]
    if not whole:
        bounds = [Decimal(bound) / 10 for bound in bounds]
    words = (random.choice(("minimum", "exclusiveMinimum")), random.choice(("maximum", "exclusiveMaximum")))
    schema = {word: bound for word, bound in zip(words, bounds, strict=True) if random.random() < 0.5}
    if random.random() < 0.25:
        schema["multipleOf"] = (
            random.choice((2, 3, 5)) if whole else Decimal(random.choice(("0.1", "0.01", "0.5")))
        )
    return schema


def _boolean(_: Random) -> dict[str, Json]:
    return {"type": "boolean"}


def _listed(random: Random) -> dict[str, Json]:
    items = random.choice((_text, _integer, _number, _boolean))(random)
    schema: dict[str, Json] = {"type": "array", "items": items, **_range(random, "minItems", "maxItems", 3)}
    return schema | ({"uniqueItems": True} if random.random() < 0.3 else {})


def _chosen(random: Random) -> dict[str, Json]:
    """One of a few values of one type."""
    kind, values = random.choice(
        (("string", ["open", "done", "", "Ä", "a:b", "null"]), ("integer", [0, 1, 2, 7, -1]))
    )
    if random.random() < 0.2:
        return {"type": kind, "const": random.choice(values)}
    return {"type": kind, "enum": random.sample(values, random.randint(1, len(values)))}


def _or_null(random: Random, schema: dict[str, Json], *, nullable_word: bool) -> Json:
    if nullable_word:
        enum = {"enum": [*schema["enum"], None]} if "enum" in schema and random.random() < 0.5 else {}
        return {**schema, "nullable": True, **enum}
    spelling = random.randrange(4)
    if spelling == 0:
        return {"anyOf": [schema, {"type": "null"}]}
    if spelling == 1:
        return {"oneOf": [{"type": "null"}, schema]}
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema and spelling == 2 else {}
    return {**schema, "type": [schema["type"], "null"], **enum}


def _leaf(random: Random) -> Json:
    spelled = random.randrange(12)
    if spelled == 0:
        return random.choice((True, {}, {"type": "null"}))
    if spelled == 1:
        return {"enum": random.sample(_SCALARS, random.randint(1, 5))}
    if spelled == 2:
        return {"const": random.choice((*_SCALARS, {"a": 1}, [1, Decimal("2.0")]))}
    if spelled == 3:
        return {"type": random.sample(["string", "integer", "null", "array", "object"], 2)}
    if spelled == 4:  # limits without a type hold for their own type only
        return {"minLength": random.randint(0, 3), "maximum": random.randint(0, 9)}
    return column(random)


def _object(random: Random, depth: int) -> Json:
    names = random.sample(PLAIN_NAMES, random.randint(1, 4))
    schema: dict[str, Json] = {"type": "object", "properties": {name: value(random, depth) for name in names}}
    if random.random() < 0.6:
        schema["required"] = random.sample([*names, "z"], random.randint(1, len(names)))
    if random.random() < 0.3:
        schema["additionalProperties"] = random.choice((False, True, value(random, 0)))
    if random.random() < 0.2:
        schema["patternProperties"] = {random.choice(("^x-", "^[a-c]$", "e$")): value(random, 0)}
    if random.random() < 0.15:
        schema["unevaluatedProperties"] = random.choice((False, value(random, 0)))
    return schema


def _map(random: Random, depth: int) -> Json:
    schema: dict[str, Json] = {"type": "object", "additionalProperties": value(random, depth)}
    if random.random() < 0.3:
        schema["propertyNames"] = {"maxLength": random.randint(1, 4)}
    return schema | _range(random, "minProperties", "maxProperties", 3)


def _array(random: Random, depth: int) -> Json:
    schema: dict[str, Json] = {"type": "array", "items": value(random, depth)}
    if random.random() < 0.3:
        schema["uniqueItems"] = True
    if random.random() < 0.2:
        schema |= {"contains": value(random, 0), **_range(random, "minContains", "maxContains", 2)}
    return schema | _range(random, "minItems", "maxItems", 3)


def _tuple(random: Random, depth: int) -> Json:
    first = [value(random, depth) for _ in range(random.randint(1, 3))]
    rest = {"items": random.choice((False, value(random, 0)))} if random.random() < 0.5 else {}
    return {"type": "array", "prefixItems": first, **rest}


def _composed(random: Random, depth: int) -> Json:
    word = random.choice(("anyOf", "oneOf", "allOf"))
    schema: dict[str, Json] = {word: [value(random, depth) for _ in range(random.randint(1, 3))]}
    if random.random() < 0.2:
        schema |= {"required": [random.choice(PLAIN_NAMES)]}
    if random.random() < 0.2:
        schema |= {"anyOf": [value(random, 0), value(random, 0)]}
    return schema


def _negated(random: Random, depth: int) -> Json:
    base = value(random, depth)
    return {"allOf": [base], "not": value(random, 0)} if random.random() < 0.7 else {"not": base}


def _conditional(random: Random, depth: int) -> Json:
    words = ("then", "else") if random.random() < 0.6 else (random.choice(("then", "else")),)
    return {"if": value(random, 0), **{word: value(random, depth) for word in words}}


def _dependent(random: Random, depth: int) -> Json:
    one, other, third = random.sample(PLAIN_NAMES, 3)
    schema = _object(random, depth)
    if random.random() < 0.7:
        return schema | {"dependentRequired": {one: [other, third][: random.randint(1, 2)]}}
    return schema | {"dependentSchemas": {one: _object(random, 0)}}
