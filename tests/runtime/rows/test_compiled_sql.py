"""What the check of compiled SQL accepts, and what it rejects whatever it was built from."""

from itertools import product

import pytest

from generated.runtime.database.sql_vocabulary import FUNCTIONS, SESSION_VALUES
from generated.runtime.rows.sql.compiled_sql import SqlCheck, UnsafeSql
from generated.runtime.rows.sql.sql_tokens import UnreadableSql

COLUMNS = frozenset(
    {"owner_id", "id", "title", "rank", "tags", "notes", "due_on", "list_id", "order", "values"}
)
OWNED = SqlCheck("tasks", COLUMNS, {"owner_id": "_owner"}, frozenset({"owner_id"}))
NESTED = SqlCheck(
    "tasks", COLUMNS, {"owner_id": "_owner", "list_id": "_parent_list_id"}, frozenset({"owner_id"})
)
SHARED = SqlCheck("tasks", COLUMNS, {}, frozenset())
PARAMETERS = ("_owner", "_id", "title", "_parent_list_id")
MINE = "tasks.owner_id = $1::VARCHAR"
ONE = f"FROM tasks WHERE {MINE} AND tasks.id = $2::UUID"

AFTER = [
    "IS NOT NULL", "NOTNULL", "ISNULL", "IS TRUE", "COLLATE x", "IS DISTINCT FROM tasks.title", "OVERLAPS x",
    "AT TIME ZONE x", "|| 'x'", "::TEXT", "LIKE x", "IN (true, false)", "= ANY (ARRAY[true, false])",
]  # fmt: skip
CASTS = [
    "", "::VARCHAR(255)", "::UUID", "::DOUBLE PRECISION", "::TIMESTAMP(3) WITH TIME ZONE",
    "::CHARACTER VARYING",
]  # fmt: skip
GOOD = [
    f"SELECT tasks.id, tasks.title {ONE}",
    f"SELECT count(*) AS count_1 FROM tasks WHERE {MINE}",
    f'SELECT tasks."order" {ONE} ORDER BY tasks."order" DESC NULLS LAST LIMIT $3 OFFSET $3',
    f"SELECT tasks.id {ONE} AND (tasks.title = $3 OR tasks.rank > 3)",
    f"SELECT tasks.id FROM tasks WHERE ({MINE} AND tasks.rank = 1) AND tasks.id = $2",
    f"SELECT tasks.id {ONE} AND tasks.rank BETWEEN 1 AND 3",
    f"SELECT tasks.id {ONE} AND tasks.title IS DISTINCT FROM $3 AND tasks.title NOT LIKE 'a%' ESCAPE '/'",
    f"SELECT CASE WHEN (tasks.rank > 1 AND tasks.rank < 3) THEN 'a' ELSE lower(tasks.title) END AS x {ONE}",
    f"SELECT tasks.id {ONE} AND CASE WHEN tasks.rank = 1 OR tasks.rank = 2 THEN true ELSE false END",
    f"SELECT tasks.id, (SELECT count(*) FROM tasks WHERE {MINE}) AS total {ONE}",
    f"SELECT tasks.id {ONE} AND EXISTS (SELECT 1 FROM tasks WHERE {MINE} UNION ALL SELECT 2 FROM"
    f" tasks WHERE {MINE})",
    f"SELECT tasks.id {ONE} AND tasks.id IN ((SELECT tasks.id {ONE}) INTERSECT (SELECT tasks.id {ONE}))",
    f"SELECT coalesce(tasks.notes, 'it''s'), CAST(tasks.rank AS NUMERIC(10, 2)), tasks.due_on::TEXT"
    f" {ONE} FOR UPDATE",
    f"SELECT extract(year FROM tasks.due_on), trim(both ' ' from tasks.title), tasks.title || '!' {ONE}",
    f"SELECT tasks.id {ONE} AND tasks.id = ANY ($3::UUID[]) AND tasks.tags[1] = 'x' AND tasks.tags"
    f" @> ARRAY['a']",
    f"SELECT row_number() OVER (PARTITION BY tasks.rank ORDER BY tasks.id ROWS BETWEEN 1 PRECEDING"
    f" AND CURRENT ROW) {ONE}",
    f"SELECT count(*) FILTER (WHERE tasks.rank > 1), percentile_cont(0.5) WITHIN GROUP (ORDER BY"
    f" tasks.rank) {ONE}",
    f"SELECT timezone.x {ONE}".replace("timezone.x", "tasks.due_on AT TIME ZONE 'UTC'"),
    f"UPDATE tasks SET title=$3::VARCHAR, rank=(tasks.rank + 1), due_on=now() WHERE {MINE} RETURNING"
    f" tasks.id",
    f"UPDATE tasks SET tags[1]='a', \"order\"=(SELECT max(tasks.rank) FROM tasks WHERE {MINE}) WHERE {MINE}",
    f"DELETE FROM tasks WHERE {MINE} AND tasks.id = $2 RETURNING tasks.id",
    "INSERT INTO tasks (owner_id, title) VALUES ($1::VARCHAR, $3::VARCHAR) RETURNING tasks.id",
    "INSERT INTO tasks (title, owner_id, values) VALUES ($3, $1, 1), (lower($3), $1::VARCHAR, 2)",
]  # fmt: skip
HIDDEN_ELSEWHERE = [  # the condition is there, and does not hold for each row
    f"SELECT tasks.id FROM tasks WHERE {MINE} OR true",
    f"SELECT tasks.id FROM tasks WHERE tasks.rank = 1 OR {MINE} AND tasks.id = $2",
    f"SELECT tasks.id FROM tasks WHERE NOT {MINE}",
    f"SELECT tasks.id FROM tasks WHERE NOT ({MINE} AND tasks.rank = 1)",
    f"SELECT tasks.id FROM tasks WHERE ({MINE}) IS NOT NULL",
    f"SELECT tasks.id FROM tasks WHERE (tasks.rank, true AND {MINE})",
    f"SELECT tasks.id FROM tasks WHERE tasks.rank BETWEEN 1 AND {MINE}",
    f"SELECT tasks.id FROM tasks WHERE CASE WHEN tasks.rank = 1 AND {MINE} AND true THEN true ELSE true END",
    f"SELECT tasks.id FROM tasks WHERE coalesce({MINE}, true)",
    f"SELECT tasks.id FROM tasks WHERE (SELECT true FROM tasks WHERE {MINE} AND {MINE} AND true)",
    f"SELECT tasks.id FROM tasks WHERE ((SELECT true AND {MINE} AND true))",
    f"SELECT tasks.id FROM tasks WHERE true BETWEEN CASE WHEN true THEN true END AND {MINE}",
    f"SELECT tasks.id FROM tasks WHERE true BETWEEN SYMMETRIC CASE WHEN {MINE} THEN true END AND {MINE}",
    f"SELECT tasks.id, {MINE} FROM tasks WHERE tasks.id = $2",
    f"SELECT tasks.id FROM tasks HAVING {MINE}",
    f"SELECT tasks.id FROM tasks ORDER BY true AND {MINE} AND true",
    f"SELECT tasks.id FROM tasks WHERE EXISTS (SELECT 1 WHERE {MINE})",
    f"SELECT tasks.id FROM tasks WHERE {MINE} = true",
    f"SELECT tasks.id FROM tasks WHERE true IS DISTINCT FROM {MINE}",
    *(f"SELECT tasks.id FROM tasks WHERE {MINE} {rest}" for rest in AFTER),
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id = $2",
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id = $3::VARCHAR",
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id = $9",
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id = 'bob'",
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id = tasks.owner_id",
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1 || ''",
    "SELECT tasks.id FROM tasks WHERE tasks.owner_id <> $1",
    "SELECT tasks.id FROM tasks WHERE tasks.title = $1",
    "SELECT tasks.id FROM tasks WHERE owner_id = $1",
    "SELECT DISTINCT FROM tasks",
]  # fmt: skip
BEYOND = [  # another table, another query, another owner
    f"SELECT o.id FROM tasks AS o WHERE {MINE}",
    f"SELECT tasks.id FROM tasks, tasks AS o WHERE {MINE}",
    f"SELECT tasks.id FROM tasks JOIN tasks AS o ON true WHERE {MINE}",
    f"SELECT tasks.id FROM ONLY tasks WHERE {MINE}",
    f"SELECT tasks.id FROM tasks TABLESAMPLE SYSTEM (1) WHERE {MINE}",
    f"SELECT tasks.id FROM public.tasks WHERE {MINE}",
    f"SELECT tasks.id FROM others WHERE {MINE}",
    f"SELECT tasks.id FROM (SELECT * FROM tasks) AS tasks WHERE {MINE}",
    f"SELECT tasks.id INTO stolen {ONE}",
    f"SELECT (SELECT max(tasks.title) FROM tasks) {ONE}",
    f"SELECT (SELECT max(o.title) FROM tasks AS o) {ONE}",
    f"SELECT (TABLE tasks LIMIT 1) {ONE}",
    f"SELECT tasks.id {ONE} UNION SELECT tasks.id FROM tasks",
    f"SELECT tasks.id {ONE} UNION ALL TABLE tasks",
    f"SELECT tasks.id {ONE} AND tasks.id IN ((SELECT tasks.id {ONE}) UNION (TABLE tasks))",
    f"WITH x AS (DELETE FROM tasks RETURNING *) SELECT tasks.id {ONE}",
    f"SELECT (WITH x AS (SELECT 1) SELECT max(tasks.title) FROM tasks) {ONE}",
    f"SELECT others.id {ONE}",
    f"SELECT tasks.xmin {ONE}",
    f"SELECT tasks.password {ONE}",
    f"UPDATE tasks SET owner_id=$3 WHERE {MINE}",
    f"UPDATE tasks SET title=$3, owner_id=$1 WHERE {MINE}",
    f'UPDATE tasks SET "owner_id"=$3 WHERE {MINE}',
    f"UPDATE tasks SET (owner_id, title)=($3, $3) WHERE {MINE}",
    f"UPDATE tasks SET title=o.title FROM tasks AS o WHERE {MINE}",
    f"UPDATE tasks AS o SET title=$3 WHERE {MINE}",
    f"UPDATE others SET title=$3 WHERE {MINE}",
    "UPDATE tasks SET title=$3",
    f"DELETE FROM tasks USING tasks AS o WHERE {MINE}",
    "DELETE FROM tasks",
    f"DELETE ONLY tasks WHERE {MINE}",
    "DELETE FROM tasks WHERE tasks.id = $2",
    "INSERT INTO tasks (title) VALUES ($3)",
    "INSERT INTO tasks (owner_id, title) VALUES ($3, $1)",
    "INSERT INTO tasks (owner_id) VALUES ('bob')",
    "INSERT INTO tasks (owner_id, title) VALUES ($1, $3), ($3, $3)",
    "INSERT INTO tasks (owner_id, title) VALUES (lower($1), $3)",
    "INSERT INTO tasks (owner_id, title, owner_id) VALUES ($1, $3, $3)",
    "INSERT INTO tasks (owner_id, title) SELECT tasks.owner_id, tasks.title FROM tasks",
    "INSERT INTO tasks DEFAULT VALUES",
    "INSERT INTO tasks (owner_id) VALUES ($1) ON CONFLICT (owner_id, id) DO UPDATE SET title = 'x'",
    "INSERT INTO tasks AS o (owner_id) VALUES ($1)",
    "INSERT INTO others (owner_id) VALUES ($1)",
    f"TRUNCATE tasks; SELECT tasks.id {ONE}",
    "TABLE tasks",
    "SELECT set_config('a', 'b', false); SELECT 1",
    "SET app.note = 'x'",
    f'SELECT "::" regclass FROM tasks WHERE {MINE} AND "xmin"."::" = 1',
    f"EXPLAIN SELECT tasks.id {ONE}",
    "",
]  # fmt: skip
EXPRESSIONS = [
    "set_config('app.note', tasks.title, false)", "current_setting('app.note')", "pg_advisory_lock(1)",
    "pg_read_file('x')", "lo_import('x')", "dblink('x', 'y')", "query_to_xml('x', true, true, '')",
    "nextval('s')",
    "pg_sleep(1)", "pg_notify('a', 'b')", "pg_terminate_backend(1)", "txid_current()", "clock_timestamp()",
    "statement_timestamp()", "random()", "version()", "to_regclass('tasks')",
    "has_table_privilege('tasks', 'x')",
    "pg_relation_size('tasks')", "table_to_xml('tasks', true, true, '')", "obj_description(1)",
    "my_function(1)",
    "public.lower('x')", "pg_catalog.set_config('a', 'b', false)", '"set_config"(\'a\', \'b\', false)',
    "SET_CONFIG('a', 'b', false)", "OPERATOR(pg_catalog.+)", "1 OPERATOR(public.+) 2", "1 +++ 2", "1 --> 2",
    "'tasks'::regclass", "CAST('tasks' AS regclass)", "'1'::my_type", "regclass 'tasks'",
    "\"regclass\" 'tasks'", "E'\\047'",
    "U&'\\0027'",
    "U&\"tasks\"", "'a\\' OR true --'", "$$a$$", "$tag$a$tag$", "1 /* x */", "1 -- x", "1; DROP TABLE tasks",
    "(1", "1)", "a := 1", "lower(x => 'a')", "tasks.title COLLATE \"C\" OR true --", "\0",
    *sorted(SESSION_VALUES),
]  # fmt: skip
PLACES = [
    f"SELECT {{0}} FROM tasks WHERE {MINE}",
    f"SELECT tasks.id {ONE} AND {{0}} = '1'",
    f"UPDATE tasks SET title={{0}} WHERE {MINE}",
]


@pytest.mark.parametrize("sql", GOOD)
def test_restricted_statements_are_accepted(sql: str) -> None:
    OWNED.check(sql, PARAMETERS)


@pytest.mark.parametrize("cast", CASTS)
def test_the_parameter_may_be_cast(cast: str) -> None:
    OWNED.check(f"SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1{cast}", PARAMETERS)


@pytest.mark.parametrize("sql", [*HIDDEN_ELSEWHERE, *BEYOND])
def test_statements_beyond_the_owner_are_rejected(sql: str) -> None:
    with pytest.raises((UnsafeSql, UnreadableSql)):
        OWNED.check(sql, PARAMETERS)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_reads_more_than_the_row_is_rejected_at_each_place(expression: str) -> None:
    for place, nested in product(PLACES, ("{0}", "coalesce({0}, NULL)", "CASE WHEN true THEN {0} END")):
        with pytest.raises((UnsafeSql, UnreadableSql)):
            OWNED.check(place.format(nested.format(expression)), PARAMETERS)


def test_allowed_functions_are_accepted_and_their_neighbors_are_not() -> None:
    for name in sorted(FUNCTIONS):
        OWNED.check(f"SELECT {name}(tasks.title) {ONE}", PARAMETERS)
        for other in (f"{name}_", f"_{name}", f"public.{name}", f'"{name.upper()}"', name[:-1] + "\u0131"):
            with pytest.raises((UnsafeSql, UnreadableSql)):
                OWNED.check(f"SELECT {other}(tasks.title) {ONE}", PARAMETERS)


@pytest.mark.parametrize("sql", GOOD)
def test_a_nested_operation_demands_its_parent_at_every_level(sql: str) -> None:
    with pytest.raises(UnsafeSql, match="list_id"):
        NESTED.check(sql, PARAMETERS)

    parent = "tasks.list_id = $4::UUID"
    narrowed = sql.replace(MINE, f"{MINE} AND {parent}").replace("(owner_id,", "(list_id, owner_id,")
    narrowed = narrowed.replace("VALUES (", "VALUES ($4, ").replace("(title, owner", "(list_id, title, owner")
    NESTED.check(narrowed.replace("), (", "), ($4, "), PARAMETERS)


def test_shared_tables_need_no_condition_and_stay_alone() -> None:
    SHARED.check("SELECT tasks.id FROM tasks", PARAMETERS)
    SHARED.check("UPDATE tasks SET title=$3", PARAMETERS)
    upsert = "ON CONFLICT (id) DO UPDATE SET title = excluded.title"
    SHARED.check(f"INSERT INTO tasks (id, title) VALUES ($2, $3) {upsert} RETURNING tasks.id", PARAMETERS)
    for sql in (
        "SELECT o.id FROM others AS o",
        "SELECT tasks.id FROM tasks JOIN others ON true",
        "TABLE tasks",
    ):
        with pytest.raises((UnsafeSql, UnreadableSql)):
            SHARED.check(sql, PARAMETERS)
