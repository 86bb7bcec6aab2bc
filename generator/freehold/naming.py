"""Names: one in the contract, the same one in snake_case everywhere else."""

import keyword
import re

from freehold.safe import Code

LONGEST = 63  # characters; PostgreSQL cuts longer identifiers

_ALPHABET = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{LONGEST - 1}}}")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-")
_CLASS = re.compile(rf"[A-Z][A-Za-z0-9]{{0,{LONGEST - 1}}}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEEDED = _words(  # names that the generated code itself gives a meaning
    """
    cls self row schema shown optional tells_foreign visible transaction response metadata registry mro
    func dt sa owner_column id_column touched_columns list int str bool float tuple type bytes router
    runtime overrides generated wiring app schemas routes
    """
)
_PRIVATE = _words(  # behind a `_`, names of the repository that an operation's statement would hide
    """
    owned select_one select_page count insert update_one delete_one named fetch run fetch_page row
    show column shown mine is must_be_owned owner database tells_foreign tell_foreign of_anybody anybody
    fetch_rows select_rows
    """
)
_CLASSES = _words(  # names of classes that the generated modules import
    """
    None True False UUID Any Literal Annotated Decimal Base64 BaseModel ConfigDict Field
    RootModel AwareDatetime MISSING TypeAliasType Orders Filters OwnedRepository Select Insert
    Update Delete APIRouter Path Query Response JSON ContractRoute MediaTypes Depends Connected
    Owner Row Mapped Index FastAPI Database Settings Tokens RequestIds CheckConstraint Identity
    String Text Boolean Integer BigInteger Double Numeric Date DateTime Time Uuid LargeBinary ARRAY
    JSONB AsyncIterator Commas FullDate FullTime DecimalText
    """
)
_ENDINGS = ("Row", "Repository")
_FIELDS = _words(  # methods of pydantic's models, which a field would hide
    """
    construct copy dict from_orm json parse_file parse_obj parse_raw schema_json
    update_forward_refs validate
    """
)


def allowed(name: str) -> bool:
    """Whether a name of the contract may become a Python name."""
    return bool(_ALPHABET.fullmatch(name)) and not reserved(snake(name))


def reserved(name: str) -> bool:
    """Whether Python, pydantic or the generated code need this name for themselves."""
    return keyword.iskeyword(name) or name in _NEEDED | _PRIVATE or name.startswith("model_")


def allowed_field(name: str) -> bool:
    """Whether the name of a property may become the name of a field and of a column."""
    return allowed(name) and snake(name) not in _FIELDS


def allowed_class(name: str) -> bool:
    """Whether the name of a schema may become the name of a class."""
    return bool(_CLASS.fullmatch(name)) and name not in _CLASSES and not name.endswith(_ENDINGS)


def snake(name: str) -> str:
    """`completeTask` and `complete-task` are `complete_task`."""
    return _WORDS.sub("_", name).lower()


def plural(word: str) -> str:
    """The regular English plural: tasks, categories, boxes. A contract that wants another says `table`."""
    if word.endswith("y") and word[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def identifier(name: str) -> Code:
    """A checked name of the contract, in snake_case, as source. Raises ValueError for any other."""
    if not allowed(name):
        raise ValueError(f"not a name: {name!r}")
    return Code(snake(name))


def class_name(name: str) -> Code:
    """A checked name of a schema, as source. Raises ValueError for any other."""
    if not allowed_class(name):
        raise ValueError(f"not a name of a class: {name!r}")
    return Code(name)
