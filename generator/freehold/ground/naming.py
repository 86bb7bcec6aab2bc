"""Names of the contract: validation, snake_case, plurals, suggestions for misspelled names."""

import keyword
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from freehold.ground.literals import Code

MAX_NAME_LENGTH = 63  # characters; PostgreSQL truncates longer identifiers

_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{MAX_NAME_LENGTH - 1}}}")
_PROPERTY_NAME = re.compile(rf"[A-Za-z0-9_.:@$-]{{1,{MAX_NAME_LENGTH}}}")
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-")
_OPERATION_ID = re.compile(rf"[A-Za-z][!-~]{{0,{MAX_NAME_LENGTH - 1}}}")
_OTHER_CHARACTERS = re.compile(r"[^a-z0-9_]+")
_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")
_WORDS = re.compile(r"[A-Za-z0-9]+")
_LONGEST_CLASS = 100  # characters of a class whose schema has another name
_CLASS_NAME = re.compile(rf"[A-Z][A-Za-z0-9]{{0,{MAX_NAME_LENGTH - 1}}}")


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RESERVED_NAMES = _word_set(  # names that the generated code uses
    """
    cls self response metadata registry mro func dt sa router owner_column id_column updated_at_columns
    version_column parent_column parent_key other_readers references list int str bool float tuple bytes
    runtime overrides generated wiring app schemas routes
    """
)
_REPOSITORY_MEMBERS = (
    _word_set(  # members of a repository, which an operation or its `_` statement would shadow
        """
    row schema response_columns omit_when_null foreign_is_forbidden visible transaction with_database
    require_row owner owner_condition row_condition owner_values id_condition version_condition row_exists
    scope database column columns returned_columns count insert update_one delete_one select_one select_page
    lock select_rows fetch fetch_merged run fetch_page fetch_rows fetch_after fetch_count fetch_record
    fetch_records cursor_position to_response raise_if_forbidden check_statement
    foreign_check exists_for_another_owner statement unwritten own below equalities bound_parameters
    bound_values owner_parameters parent_columns parent_parameters statement_guard fetch_created type
    after_commit changes claims embedded found_by key_column keyed related select_each to_responses
    capped_total hidden_parts total in_envelope telling_foreign
    row_encoder row_pointer skip_models structs to_rows
    """
    )
)
_PARAMETERS = _word_set(  # local names of the generated methods and routes
    """
    filters rows total request values created changes response response_headers found place next_cursor
    if_match if_none_match precondition stored
    """
)
_ROUTE_FUNCTIONS = _word_set(  # what the generated routes call
    """
    idempotent location_header raise_if_not_modified require_owner_in_path require_scopes
    require_scopes_of_any_caller require_version set_etag resolve_links content_response
    is_new own_location
    """
)
_IMPORTED_CLASSES = _word_set(  # classes that the generated modules import
    """
    None True False UUID Any Literal Annotated Decimal Base64 BaseModel ConfigDict Field
    RootModel AwareDatetime MISSING TypeAliasType Orders Filters Select Insert Versions ColumnElement
    Request ForeignKeyConstraint IfMatch RequiredIfMatch IfNoneMatch PutCondition PutPrecondition
    Update Delete APIRouter Path Query Response JSON ContractRoute MediaTypes Depends RequestDatabase
    Owner Row Mapped Index FastAPI Database Settings TokenVerifier RequestMiddleware CheckConstraint
    Identity String Text Boolean Integer BigInteger Double Numeric Date DateTime Time Uuid LargeBinary ARRAY
    JSONB AsyncIterator Commas FullDate FullTime DateTime DecimalText Int32 Int64
    Email Hostname Uri UriReference Exact
    Operations CallerOperations AnyCallerOperations PublicOperations ServiceOperations Claims
    """
)
_MODULES = _word_set(  # what the app and the routes import beside the packages of resources
    """
    documents problems settings commas media_types operations
    """
)
_RESERVED_SUFFIXES = ("Row", "Repository")
_PYDANTIC_METHODS = _word_set(  # methods of pydantic models, which a field would shadow
    """
    construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json
    update_forward_refs validate
    model_computed_fields model_config model_construct model_copy model_extra model_fields model_fields_set
    model_json_schema model_parametrized_name model_post_init model_rebuild
    """
)


_PYDANTIC_PREFIXES = ("model_dump", "model_validate")
_RESERVED_COLUMNS = _word_set(  # of every table of PostgreSQL, its words that SQLAlchemy does not quote,
    """
    ctid tableoid xmin xmax cmin cmax collation concurrently lateral system_user tablesample
    mapped_column true false
    """
)  # and what the module of a table uses
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*")


def is_valid_name(name: str) -> bool:
    """Whether a name of the contract can be a Python identifier."""
    return bool(_NAME.fullmatch(name)) and not is_reserved(snake_case(name))


def is_valid_operation_name(name: str) -> bool:
    """Whether an operationId can become the name of a repository method."""
    return bool(_OPERATION_ID.fullmatch(name))


def parameter_name(name: str) -> Code:
    """Return the name of a parameter in Python: `created_gte` for `created[gte]`, `class_` for `class`."""
    word = _python_name(name)
    return Code(f"{word}_" if word in _PARAMETERS else word)


def operation_name(name: str) -> Code:
    """Return the name of an operation in Python: `tasks_list` for `Tasks.list`, `row_` for `row`."""
    word = _python_name(name)
    return Code(f"{word}_" if word in _REPOSITORY_MEMBERS | _ROUTE_FUNCTIONS else word)


def _python_name(name: str) -> str:
    """Return a name of the contract with `_` for other characters, and behind a reserved word."""
    if is_valid_name(name):
        return snake_case(name)
    word = _OTHER_CHARACTERS.sub("_", snake_case(name)).strip("_") or "value"
    word = f"field_{word}" if word[0].isdigit() else word
    return f"{word}_" if is_reserved(word) else word


def is_reserved(name: str) -> bool:
    """Whether Python, pydantic or the generated code reserves a name."""
    return keyword.iskeyword(name) or name in _RESERVED_NAMES or name.startswith("model_")


def column_name(name: str) -> Code:
    """Return the name of a property in Python, which is that of its column too.

    `createdAt` becomes `created_at`. A name that Python, pydantic, SQLAlchemy or PostgreSQL reserves gets a
    `_` at its end, as does one that begins with no letter or digit: `class_` for `class`, `id_` for `@id`.
    """
    word = snake_case(name)
    if _COLUMN_NAME.fullmatch(word) and not _is_reserved_column(word):
        return Code(word)
    plain = _OTHER_CHARACTERS.sub("_", word)
    word = plain.strip("_") or "value"
    is_changed = plain.startswith("_") or _is_reserved_column(word)
    word = f"field_{word}" if word[0].isdigit() or word.startswith(_PYDANTIC_PREFIXES) else word
    return Code(f"{word}_" if is_changed and not word.startswith("field_") else word)


def _is_reserved_column(word: str) -> bool:
    is_pydantic = word in _PYDANTIC_METHODS or word.startswith(_PYDANTIC_PREFIXES)
    return keyword.iskeyword(word) or is_pydantic or word in _RESERVED_NAMES or word in _RESERVED_COLUMNS


def is_valid_property_name(name: str) -> bool:
    """Whether a property can have this name in JSON. In Python it may need another name."""
    return bool(_PROPERTY_NAME.fullmatch(name))


def is_component_name(name: str) -> bool:
    """Whether OpenAPI allows the name of a schema."""
    return bool(_COMPONENT_NAME.fullmatch(name))


def is_valid_class_name(name: str) -> bool:
    """Whether the name of a schema can be the name of a class."""
    return (
        bool(_CLASS_NAME.fullmatch(name))
        and name not in _IMPORTED_CLASSES
        and not name.endswith(_RESERVED_SUFFIXES)
    )


def closest_match(word: str, known: Iterable[str], lower: float = 0.6) -> str | None:
    """Return the known word that is most similar to a misspelled one, preferring transposed letters."""
    words = list(known)
    if word in words:
        return None  # not misspelled: something else is wrong
    turned = [other for other in words if sorted(other) == sorted(word)]
    return next(iter(turned or get_close_matches(word, words, 1, lower)), None)


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """Convert a name to snake_case: `completeTask` and `complete-task` become `complete_task`."""
    return _WORD_BOUNDARY.sub("_", name).lower()


def pluralize(word: str) -> str:
    """Return the regular English plural: tasks, categories, boxes. `table` overrides it in a contract."""
    if word.endswith("y") and word[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def singularize(word: str) -> str:
    """Return the singular of a regular English plural: task, category, box. Other words stay as they are."""
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def identifier(name: str) -> Code:
    """Return a name of the contract as a name in Python: that of the column, if it is a property."""
    return column_name(name)


def singular_name(name: str) -> str:
    """Return the name of a resource in snake_case: `blog_post` for `BlogPost` and `Blog-Post`."""
    return snake_case(class_name(name))


def plural_name(name: str) -> str:
    """Return the plural of a resource in snake_case: `blog_posts`."""
    return pluralize(singular_name(name))


def module_name(name: str) -> Code:
    """Return the name of a resource's package, and of its repository in a route: `blog_posts`."""
    word = column_name(plural_name(name))
    return Code(f"{word}_" if word in _MODULES else word)


def class_name(name: str) -> Code:
    """Return the name of a schema as the name of its class: `ItemInput` for `Item-Input`."""
    if is_valid_class_name(name):
        return Code(name)
    words = "".join(word[:1].upper() + word[1:] for word in _WORDS.findall(name))[:_LONGEST_CLASS]
    word = words if words[:1].isalpha() else f"Schema{words}"
    return Code(word if is_valid_class_name(word) or len(word) > MAX_NAME_LENGTH else f"{word}Schema")
