"""Names: one in the contract, the same one in snake_case everywhere else."""

import keyword
import re
from collections.abc import Iterable
from difflib import get_close_matches

from freehold.ground.literals import Code

MAX_NAME_LENGTH = 63  # characters; PostgreSQL cuts longer identifiers

_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{MAX_NAME_LENGTH - 1}}}")
_PROPERTY_NAME = re.compile(rf"[A-Za-z0-9_.:@$-]{{1,{MAX_NAME_LENGTH}}}")
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-")
_CLASS_NAME = re.compile(rf"[A-Z][A-Za-z0-9]{{0,{MAX_NAME_LENGTH - 1}}}")


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RESERVED_NAMES = _word_set(  # names that the generated code itself gives a meaning
    """
    cls self response metadata registry mro func dt sa router owner_column id_column updated_at_columns
    version_column parent_column parent_key references list int str bool float tuple type bytes
    runtime overrides generated wiring app schemas routes
    """
)
_REPOSITORY_MEMBERS = (
    _word_set(  # what a repository is made of: an operation, or its statement behind a `_`, would hide it
        """
    row schema response_columns omit_when_null foreign_is_forbidden visible transaction with_database
    require_row owner owner_condition row_condition owner_values id_condition version_condition row_exists
    scope database column columns returned_columns count insert update_one delete_one select_one select_page
    select_rows fetch run fetch_page fetch_rows fetch_after fetch_count fetch_record fetch_records
    cursor_position to_response raise_if_forbidden raise_if_dangling check_statement foreign_check
    exists_for_another_owner statement abstractmethod
    """
    )
)
_IMPORTED_CLASSES = _word_set(  # names of classes that the generated modules import
    """
    None True False UUID Any Literal Annotated Decimal Base64 BaseModel ConfigDict Field
    RootModel AwareDatetime MISSING TypeAliasType Orders Filters Select Insert Versions ColumnElement
    Request ForeignKeyConstraint IfMatch RequiredIfMatch IfNoneMatch
    Update Delete APIRouter Path Query Response JSON ContractRoute MediaTypes Depends RequestDatabase
    Owner Row Mapped Index FastAPI Database Settings TokenVerifier RequestIdMiddleware CheckConstraint
    Identity String Text Boolean Integer BigInteger Double Numeric Date DateTime Time Uuid LargeBinary ARRAY
    JSONB AsyncIterator Commas FullDate FullTime DateTime DecimalText Int32 Int64
    Email Hostname Uri UriReference Exact
    """
)
_RESERVED_SUFFIXES = ("Row", "Repository")
_PYDANTIC_METHODS = _word_set(  # methods of pydantic's models, which a field would hide
    """
    construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json
    update_forward_refs validate
    """
)


def is_valid_name(name: str) -> bool:
    """Whether a name of the contract may become a Python name."""
    return bool(_NAME.fullmatch(name)) and not is_reserved(snake_case(name))


def is_valid_operation_name(name: str) -> bool:
    """Whether the id of an operation may become the name of a method of a repository."""
    return is_valid_name(name) and snake_case(name) not in _REPOSITORY_MEMBERS


def is_reserved(name: str) -> bool:
    """Whether Python, pydantic or the generated code need this name for themselves."""
    return keyword.iskeyword(name) or name in _RESERVED_NAMES or name.startswith("model_")


def is_valid_field_name(name: str) -> bool:
    """Whether the name of a property may become the name of a field and of a column."""
    return is_valid_name(name) and snake_case(name) not in _PYDANTIC_METHODS


def is_valid_property_name(name: str) -> bool:
    """Whether a property may have this name on the wire; in Python it may need another."""
    return bool(_PROPERTY_NAME.fullmatch(name))


def is_valid_class_name(name: str) -> bool:
    """Whether the name of a schema may become the name of a class."""
    return (
        bool(_CLASS_NAME.fullmatch(name))
        and name not in _IMPORTED_CLASSES
        and not name.endswith(_RESERVED_SUFFIXES)
    )


def closest_match(word: str, known: Iterable[str], least: float = 0.6) -> str | None:
    """The known word that somebody may have meant: one of the same letters, or one that is much alike."""
    words = list(known)
    if word in words:
        return None  # it is known, and something else is wrong
    turned = [other for other in words if sorted(other) == sorted(word)]
    return next(iter(turned or get_close_matches(word, words, 1, least)), None)


def snake_case(name: str) -> str:
    """`completeTask` and `complete-task` are `complete_task`."""
    return _WORD_BOUNDARY.sub("_", name).lower()


def pluralize(word: str) -> str:
    """The regular English plural: tasks, categories, boxes. A contract that wants another says `table`."""
    if word.endswith("y") and word[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def identifier(name: str) -> Code:
    """A checked name of the contract, in snake_case, as source. Raises ValueError for any other."""
    if not is_valid_name(name):
        raise ValueError(f"not a name: {name!r}")
    return Code(snake_case(name))


def class_name(name: str) -> Code:
    """A checked name of a schema, as source. Raises ValueError for any other."""
    if not is_valid_class_name(name):
        raise ValueError(f"not a name of a class: {name!r}")
    return Code(name)
