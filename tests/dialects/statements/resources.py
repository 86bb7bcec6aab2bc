"""Statements of `x-resource`: the table, whose the rows are, order, keys."""

from tests.dialects.script import Ask, Look, Row, look
from tests.dialects.statements.scenes import CONTACT, LABEL, PROJECT, created, workspace

COLUMNS = """
    SELECT string_agg(attname::text, ' ' ORDER BY place) AS is
    FROM pg_index, unnest(indkey::int2[]) WITH ORDINALITY AS key(number, place), pg_attribute
    WHERE indexrelid = $1::text::regclass AND attrelid = indrelid AND attnum = number
"""
TITLE = {"title": "Same"}

ROWS = (
    workspace(
        "x-resource: {} -> a table with the plural of the schema's name",
        Look(
            "SELECT tablename::text AS is FROM pg_tables WHERE tablename IN ('project', 'projects')",
            (),
            [{"is": "projects"}],
        ),
    ),
    workspace(
        "owner: {column: org_id, claim: org_id} -> the column holds the claim",
        PROJECT,
        look("SELECT org_id AS is FROM projects WHERE id::text = $1", "{project[id]}", is_="{alice}"),
    ),
    workspace(
        "owner: {claim: org_id} -> who has the same claim has the same rows",
        PROJECT,
        Ask("GET /projects/{project[id]}", by="her colleague", has={"name": "House"}),
    ),
    workspace(
        "owner: {claim: org_id} -> a token without the claim is 401",
        Ask("GET /projects", 401, by="a stranger without claims"),
    ),
    workspace(
        "the owner's column -> no body sets it",
        Ask("POST /projects", 422, {"name": "x", "org_id": "mine"}, wrong=("/org_id",)),
        PROJECT,
        Ask("PATCH /projects/{project[id]}", 422, {"org_id": "mine"}, wrong=("/org_id",)),
    ),
    workspace(
        "the owner's column -> no answer shows it",
        CONTACT,
        Ask("GET /contacts/{contact[id]}", lacks=("org_id", "orgId")),
    ),
    workspace(
        "the primary key -> begins with the owner",
        look(COLUMNS, "pk_tasks", is_="org_id id"),
    ),
    Row(
        "owner: user_id -> the column holds the sub of the token",
        "path_owner",
        (
            created("/api/{alice}/tasks", "task", title="Mine"),
            look("SELECT user_id AS is FROM tasks WHERE id = $1", "{task[id]}", is_="{alice}"),
        ),
    ),
    Row(
        "owner: {format: uuid} -> the column is a uuid",
        "paged",
        (
            look(
                "SELECT data_type::text AS is FROM information_schema.columns"
                " WHERE table_name = 'tasks' AND column_name = 'user_id'",
                is_="uuid",
            ),
        ),
    ),
    workspace(
        "owner: none -> the table has no owner",
        look(COLUMNS, "pk_plans", is_="code"),
    ),
    workspace(
        "foreign: hidden -> a row of somebody else is 404",
        PROJECT,
        Ask("GET /projects/{project[id]}", 404, by="bob"),
        Ask("PATCH /projects/{project[id]}", 404, {"name": "His"}, by="bob"),
        Ask("DELETE /projects/{project[id]}", 404, by="bob"),
        Ask("GET /projects/{project[id]}", has={"name": "House"}),
    ),
    Row(
        "foreign: forbidden -> a row of somebody else is 403",
        "forbidden",
        (
            created("/api/tasks", "task", title="Mine"),
            Ask("GET /api/tasks/{task[id]}", 403, by="bob"),
            Ask("PUT /api/tasks/{task[id]}", 403, {"title": "His"}, by="bob"),
            Ask("PATCH /api/tasks/{task[id]}/complete", 403, by="bob"),
            Ask("DELETE /api/tasks/{task[id]}", 403, by="bob"),
            Ask("GET /api/tasks/{task[id]}", has={"title": "Mine", "completed": False}),
        ),
    ),
    Row(
        "foreign: forbidden -> a row that an override hides is 404 for everybody",
        "forbidden",
        (
            created("/api/tasks", "task", title="Mine"),
            Ask("DELETE /api/tasks/{task[id]}", 204),
            Ask("GET /api/tasks/{task[id]}", 404, by="bob"),
            Ask("GET /api/tasks/{task[id]}", 404),
        ),
    ),
    workspace(
        "order: [name] -> lists are in this order",
        LABEL,
        created("/labels", "z", name="Zoo"),
        created("/labels", "a", name="Attic"),
        Ask("GET /labels", rows=("name", ("Attic", "Garden", "Zoo"))),
    ),
    workspace(
        "order: [price, code] -> the first one counts, then the next",
        Look("DELETE FROM plans", (), []),
        Look("INSERT INTO plans (name, price) VALUES ('B', 20), ('A', 5), ('C', 20)", (), []),
        Ask("GET /plans", rows=("name", ("A", "B", "C"))),
    ),
    Row(
        "order is not said -> the newest come first",
        "path_owner",
        (
            created("/api/{alice}/tasks", "one", title="One"),
            created("/api/{alice}/tasks", "two", title="Two"),
            Ask("GET /api/{alice}/tasks", rows=("title", ("Two", "One"))),
        ),
    ),
    Row(
        "order: [priority, -createdAt] -> rising, then falling",
        "better_auth",
        (
            created("/api/{alice}/tasks", "one", title="One", priority=2),
            created("/api/{alice}/tasks", "two", title="Two", priority=1),
            created("/api/{alice}/tasks", "three", title="Three", priority=2),
            Ask("GET /api/{alice}/tasks", rows=("title", ("Two", "Three", "One"))),
        ),
    ),
    workspace(
        "indexes: [[project_id, due_on, id]] -> the owner stands in front",
        look(COLUMNS, "ix_tasks_org_id_project_id_due_on_id", is_="org_id project_id due_on id"),
    ),
    workspace(
        "unique: [[name]] -> the owner stands in front",
        look(COLUMNS, "uq_labels_org_id_name", is_="org_id name"),
    ),
    workspace(
        "unique: [[name]] -> a name that is taken is 409",
        LABEL,
        Ask("POST /labels", 409, {"name": "Garden"}, has={"title": "Conflict"}),
        created("/labels", "other", name="Other"),
        Ask("PUT /labels/{other[id]}", 409, {"name": "Garden"}),
        Ask("GET /labels/{other[id]}", has={"name": "Other"}),
    ),
    workspace(
        "unique: [[name]] -> others may have the same",
        LABEL,
        created("/labels", "his", by="bob", name="Garden"),
    ),
    Row(
        "unique: [[title]] -> what was replaced may keep its own",
        "better_auth",
        (
            created("/api/{alice}/tasks", "task", title="Same"),
            Ask("PUT /api/{alice}/tasks/{task[id]}", 200, TITLE, has=TITLE),
        ),
    ),
)
