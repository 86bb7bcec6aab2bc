"""Types and elements whose SQL is made when the statement is compiled, after the tree was looked at."""

from tests.hostile_overrides.entry import Override

_HERS = "(SELECT max(o.title) FROM tasks AS o WHERE o.owner_id = 'alice')"

OVERRIDES = [
    Override(
        "type_that_reads_a_column",
        "column_expression() wraps what a column is read from",
        """select(*(c for c in cls._returned_columns() if c.key != "title"), type_coerce(
            TaskRow.title, ReadsHers()).label("title")).where(cls._id_condition())""",
        above=f"""
class ReadsHers(TypeDecorator[str]):
    impl = String
    cache_ok = True

    @override
    def column_expression(self, column: Any) -> Any:
        return literal_column("{_HERS}", String)
""",
    ),
    Override(
        "type_that_binds_a_value",
        "bind_expression() wraps what a value is bound to",
        'cls._update_one({TaskRow.title: literal("mine", BindsHers())})',
        above=f"""
class BindsHers(TypeDecorator[str]):
    impl = String
    cache_ok = True

    @override
    def bind_expression(self, bindparam: Any) -> Any:
        return func.replace(bindparam, "mine", text("{_HERS}"))
""",
    ),
    Override(
        "type_with_a_query_in_its_name",
        "a cast prints the name of a type",
        'cls._update_one({TaskRow.title: cast("mine", NamedHers())})',
        above=f"""
class NamedHers(UserDefinedType[str]):
    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "text) || {_HERS} || CAST('' AS text"
""",
    ),
    Override(
        "type_that_compiles_to_a_query",
        "@compiles prints a type as its author wants",
        'cls._update_one({TaskRow.title: cast("mine", CompiledHers())})',
        above=f"""
class CompiledHers(String):
    pass


@compiles(CompiledHers)
def _compiled_hers(type_: Any, compiler: Any, **_: Any) -> str:
    return "text) || {_HERS} || CAST('' AS text"
""",
    ),
    Override(
        "variant_of_a_type",
        "with_variant() brings another type for PostgreSQL",
        'cls._update_one({TaskRow.title: cast("mine", String().with_variant(VariantOfHers(), "postgresql"))})',
        above=f"""
class VariantOfHers(UserDefinedType[str]):
    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "text) || {_HERS} || CAST('' AS text"
""",
    ),
    Override(
        "type_of_a_bound_value",
        "asyncpg's dialect casts each bound value to its type",
        'cls._update_one({TaskRow.title: bindparam("mine", "mine", type_=CastsHers())})',
        above=f"""
class CastsHers(UserDefinedType[str]):
    cache_ok = True
    render_bind_cast = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "text || {_HERS}"
""",
    ),
    Override(
        "row_type_of_the_table",
        "a cast to a type of the database reads nothing, and its name is not looked at",
        'cls._update_one({TaskRow.title: cast("tasks", REGCLASS).op("||")("")})',
        reaches=False,
    ),
    Override(
        "condition_that_equals_any_other",
        "compare() says yes to every condition",
        'select(*cls._returned_columns()).where(AlwaysEqual(), TaskRow.id == bindparam("_id", required=True))',
        above="""
class AlwaysEqual(ColumnElement[bool]):
    type = Boolean()
    inherit_cache = False
    _traverse_internals: Any = []

    @override
    def compare(self, other: Any, **_: Any) -> bool:
        return True


@compiles(AlwaysEqual)
def _always_equal(element: Any, compiler: Any, **_: Any) -> str:
    return "true"
""",
    ),
    Override(
        "condition_that_equals_an_owner",
        "compare() of a comparison says yes",
        """select(*cls._returned_columns()).where(EqualComparison(TaskRow.__table__.c.owner_id, bindparam("_owner", required=True), ne),
            TaskRow.id == bindparam("_id", required=True))""",
        above="""
class EqualComparison(BinaryExpression[bool]):
    inherit_cache = True

    @override
    def compare(self, other: Any, **_: Any) -> bool:
        return True
""",
    ),
    Override(
        "owner_condition_that_is_not_null",
        "the owner condition, printed as a comparison with NULL, which all rows meet",
        """select(*cls._returned_columns()).where(
            NotNull(TaskRow.__table__.c.owner_id, bindparam("_owner", required=True), eq),
            TaskRow.id == bindparam("_id", required=True))""",
        above="""
class NotNull(BinaryExpression[bool]):
    inherit_cache = True


@compiles(NotNull)
def _not_null(element: Any, compiler: Any, **options: Any) -> str:
    return f"{compiler.visit_binary(element, **options)} IS NOT NULL"
""",
    ),
    Override(
        "owner_condition_with_a_longer_end",
        "the owner condition, printed with more behind it",
        """select(*cls._returned_columns()).where(
            LongerEnd(TaskRow.__table__.c.owner_id, bindparam("_owner", required=True), eq),
            TaskRow.id == bindparam("_id", required=True))""",
        above="""
class LongerEnd(BinaryExpression[bool]):
    inherit_cache = True


@compiles(LongerEnd)
def _longer_end(element: Any, compiler: Any, **options: Any) -> str:
    return f"{compiler.visit_binary(element, **options)} IS NOT FALSE IS NOT NULL"
""",
    ),
    Override(
        "owner_condition_isnull",
        "the owner condition with the word that PostgreSQL has for NOT NULL",
        """select(*cls._returned_columns()).where(
            Notnull(TaskRow.__table__.c.owner_id, bindparam("_owner", required=True), eq),
            TaskRow.id == bindparam("_id", required=True))""",
        above="""
class Notnull(BinaryExpression[bool]):
    inherit_cache = True


@compiles(Notnull)
def _notnull(element: Any, compiler: Any, **options: Any) -> str:
    return f"{compiler.visit_binary(element, **options)} NOTNULL"
""",
    ),
    Override(
        "text_by_another_class",
        "what is compiled is told by __visit_name__, not by the class",
        "cls._select_one(SameAsText())",
        above="""
class SameAsText(ColumnElement[bool]):
    __visit_name__ = "textclause"
    type = Boolean()
    inherit_cache = False
    text = "true OR true"
    _bindparams: Any = {}
    _params: Any = None
""",
    ),
    Override(
        "parts_that_are_not_shown",
        "get_children() hides the parts from whoever looks",
        'cls._update_one({TaskRow.title: Closed(literal_column("' + _HERS + '", String))})',
        above="""
class Closed(Grouping[str]):
    inherit_cache = False

    @override
    def get_children(self, **_: Any) -> Any:
        return []
""",
    ),
    Override(
        "condition_that_compiles_otherwise",
        "an instance gets its own way to compile",
        """
    @statement
    def _otherwise(cls) -> Select[Any]:
        condition = TaskRow.title != ""
        condition._compiler_dispatch = lambda *_, **__: "(true OR true) OR true"
        return cls._select_one(condition)

    @override
    async def condition_that_compiles_otherwise(self, task_id: UUID) -> Task:
        return await self._fetch(self._otherwise(), task_id)
""",
        types=True,
    ),
    Override(
        "condition_changed_when_it_compiles",
        "an element that changes another one while it is compiled",
        """
    @statement
    def _changed(cls) -> Select[Any]:
        owner = cls._owner_condition()
        found = select(*cls._returned_columns()).where(Changes(owner), TaskRow.id == bindparam("_id", required=True))
        return found.where(owner)

    @override
    async def condition_changed_when_it_compiles(self, task_id: UUID) -> Task:
        return await self._fetch(self._changed(), task_id)
""",
        above="""
class Changes(ColumnElement[bool]):
    type = Boolean()
    inherit_cache = False

    def __init__(self, target: Any) -> None:
        self.target = target


@compiles(Changes)
def _changes(element: Any, compiler: Any, **_: Any) -> str:
    element.target.left = element.target.right
    return "true"
""",
    ),
    Override(
        "values_changed_when_they_compile",
        "the values of an UPDATE, changed while it is compiled",
        """
    @statement
    def _gives(cls) -> Update:
        gift = GiftWhenCompiled()
        found = cls._update_one({TaskRow.title: gift})
        gift.target = found
        return found

    @override
    async def values_changed_when_they_compile(self, task_id: UUID) -> Task:
        return await self._fetch(self._gives(), task_id)
""",
        above="""
class GiftWhenCompiled(ColumnElement[str]):
    type = String()
    inherit_cache = False
    target: Any = None


@compiles(GiftWhenCompiled)
def _gift_when_compiled(element: Any, compiler: Any, **_: Any) -> str:
    return "'given', owner_id = 'alice'"
""",
    ),
]
