"""Statements of `x-resource`: the table, whose the rows are, order, keys."""

from tests.dialects.scenarios import DatabaseQuery, Request, Scenario, query_value
from tests.dialects.statements.scenes import CONTACT, LABEL, PROJECT, created, workspace

COLUMNS = """
    SELECT string_agg(attname::text, ' ' ORDER BY place) AS is
    FROM pg_index, unnest(indkey::int2[]) WITH ORDINALITY AS key(number, place), pg_attribute
    WHERE indexrelid = $1::text::regclass AND attrelid = indrelid AND attnum = number
"""
TITLE = {"title": "Same"}

SCENARIOS = (
    workspace(
        "x-resource: {} -> a table with the plural of the schema's name",
        DatabaseQuery(
            "SELECT tablename::text AS is FROM pg_tables WHERE tablename IN ('project', 'projects')",
            (),
            [{"is": "projects"}],
        ),
    ),
    workspace(
        "owner: {column: org_id, claim: org_id} -> the column holds the claim",
        PROJECT,
        query_value(
            "SELECT org_id AS is FROM projects WHERE id::text = $1", "{project[id]}", expected="{alice}"
        ),
    ),
    workspace(
        "owner: {claim: org_id} -> who has the same claim has the same rows",
        PROJECT,
        Request("GET /projects/{project[id]}", by="her colleague", has={"name": "House"}),
    ),
    workspace(
        "owner: {claim: org_id} -> a token without the claim is 401",
        Request("GET /projects", 401, by="a stranger without claims"),
    ),
    workspace(
        "the owner's column -> no body sets it",
        Request("POST /projects", 422, {"name": "x", "org_id": "mine"}, error_locations=("/org_id",)),
        PROJECT,
        Request("PATCH /projects/{project[id]}", 422, {"org_id": "mine"}, error_locations=("/org_id",)),
    ),
    workspace(
        "the owner's column -> no answer shows it",
        CONTACT,
        Request("GET /contacts/{contact[id]}", lacks=("org_id", "orgId")),
    ),
    workspace(
        "the primary key -> begins with the owner",
        query_value(COLUMNS, "pk_tasks", expected="org_id id"),
    ),
    Scenario(
        "owner: user_id -> the column holds the sub of the token",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            query_value(
                "SELECT user_id::text AS is FROM tasks WHERE id = $1", "{task[id]}", expected="{alice}"
            ),
        ),
    ),
    Scenario(
        "owner: {format: uuid} -> the column is a uuid",
        "paged",
        (
            query_value(
                "SELECT data_type::text AS is FROM information_schema.columns"
                " WHERE table_name = 'tasks' AND column_name = 'user_id'",
                expected="uuid",
            ),
        ),
    ),
    workspace(
        "owner: none -> the table has no owner",
        query_value(COLUMNS, "pk_plans", expected="code"),
    ),
    workspace(
        "foreign: hidden -> a row of somebody else is 404",
        PROJECT,
        Request("GET /projects/{project[id]}", 404, by="bob"),
        Request("PATCH /projects/{project[id]}", 404, {"name": "His"}, by="bob"),
        Request("DELETE /projects/{project[id]}", 404, by="bob"),
        Request("GET /projects/{project[id]}", has={"name": "House"}),
    ),
    Scenario(
        "foreign: forbidden -> a row of somebody else is 403",
        "forbidden",
        (
            created("/api/tasks", "task", title="Mine"),
            Request("GET /api/tasks/{task[id]}", 403, by="bob", has={"code": "forbidden"}),
            Request("PUT /api/tasks/{task[id]}", 403, {"title": "His"}, by="bob"),
            Request("PATCH /api/tasks/{task[id]}/complete", 403, by="bob"),
            Request("DELETE /api/tasks/{task[id]}", 403, by="bob"),
            Request("GET /api/tasks/{task[id]}", has={"title": "Mine", "completed": False}),
        ),
    ),
    Scenario(
        "foreign: forbidden -> a row that an override hides is 404 for everybody",
        "forbidden",
        (
            created("/api/tasks", "task", title="Mine"),
            Request("DELETE /api/tasks/{task[id]}", 204),
            Request("GET /api/tasks/{task[id]}", 404, by="bob"),
            Request("GET /api/tasks/{task[id]}", 404),
        ),
    ),
    workspace(
        "order: [name] -> lists are in this order",
        LABEL,
        created("/labels", "z", name="Zoo"),
        created("/labels", "a", name="Attic"),
        Request("GET /labels", rows=("name", ("Attic", "Garden", "Zoo"))),
    ),
    workspace(
        "order: [price, code] -> the first one counts, then the next",
        DatabaseQuery("DELETE FROM plans", (), []),
        DatabaseQuery("INSERT INTO plans (name, price) VALUES ('B', 20), ('A', 5), ('C', 20)", (), []),
        Request("GET /plans", rows=("name", ("A", "B", "C"))),
    ),
    Scenario(
        "order is not said -> the newest come first",
        "path_owner",
        (
            created("/api/{alice}/tasks", "one", title="One"),
            created("/api/{alice}/tasks", "two", title="Two"),
            Request("GET /api/{alice}/tasks", rows=("title", ("Two", "One"))),
        ),
    ),
    Scenario(
        "order: [priority, -createdAt] -> rising, then falling",
        "better_auth",
        (
            created("/api/{alice}/tasks", "one", title="One", priority=2),
            created("/api/{alice}/tasks", "two", title="Two", priority=1),
            created("/api/{alice}/tasks", "three", title="Three", priority=2),
            Request("GET /api/{alice}/tasks", rows=("title", ("Two", "Three", "One"))),
        ),
    ),
    workspace(
        "indexes: [[project_id, due_on, id]] -> the owner stands in front",
        query_value(COLUMNS, "ix_tasks_org_id_project_id_due_on_id", expected="org_id project_id due_on id"),
    ),
    workspace(
        "unique: [[name]] -> the owner stands in front",
        query_value(COLUMNS, "uq_labels_org_id_name", expected="org_id name"),
    ),
    workspace(
        "unique: [[name]] -> a name that is taken is 409",
        LABEL,
        Request("POST /labels", 409, {"name": "Garden"}, has={"title": "Conflict", "code": "taken"}),
        created("/labels", "other", name="Other"),
        Request("PUT /labels/{other[id]}", 409, {"name": "Garden"}, has={"code": "taken"}),
        Request("GET /labels/{other[id]}", has={"name": "Other"}),
    ),
    workspace(
        "unique: [[name]] -> others may have the same",
        LABEL,
        created("/labels", "his", by="bob", name="Garden"),
    ),
    Scenario(
        "unique: [[title]] -> what was replaced may keep its own",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="Same"),
            Request("PUT /api/{alice}/tasks/{task[id]}", 200, TITLE, has=TITLE),
        ),
    ),
)
