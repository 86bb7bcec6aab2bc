-- Statements that could reach rows of other owners: each line is one, below the name of its kind.

-- session
SELECT CURRENT_USER
SELECT SESSION_USER
SELECT CURRENT_ROLE
SELECT CURRENT_CATALOG
SELECT CURRENT_SCHEMA
SELECT USER

-- operator
SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1 AND 1 OPERATOR(public.=) 2
SELECT 1 <!> 2

-- type
SELECT 'tasks'::regclass
SELECT $3::public.mood
SELECT 'a'::pg_catalog.regproc
SELECT $3::name

-- table
SELECT secrets.id FROM secrets WHERE secrets.owner_id = $1
SELECT t.id FROM public.tasks t WHERE t.owner_id = $1
SELECT a.query FROM pg_stat_activity a
SELECT s.most_common_vals FROM pg_catalog.pg_stats s
SELECT c.relname FROM pg_class c
SELECT t.tables FROM information_schema.tables t
SELECT tasks.id FROM tasks, secrets WHERE tasks.owner_id = $1
INSERT INTO secrets (owner_id) VALUES ($1)
SELECT tasks.id FROM ONLY archive.tasks WHERE tasks.owner_id = $1

-- another claim
SELECT teams.id FROM teams WHERE teams.org_id = $1
UPDATE teams SET name = $3 WHERE teams.org_id = $1
SELECT t.id FROM tasks t JOIN teams ON teams.org_id = t.owner_id WHERE t.owner_id = $1
INSERT INTO teams (org_id, name) VALUES ($1, $3)

-- system column
SELECT tasks.ctid FROM tasks WHERE tasks.owner_id = $1
SELECT tasks.xmin FROM tasks WHERE tasks.owner_id = $1
SELECT tasks.xmax FROM tasks WHERE tasks.owner_id = $1
SELECT tasks.tableoid FROM tasks WHERE tasks.owner_id = $1
SELECT tasks.cmin FROM tasks WHERE tasks.owner_id = $1
SELECT xmin FROM tasks WHERE tasks.owner_id = $1
SELECT tasks.id FROM tasks WHERE owner_id = $1 AND ctid = '(0,1)'

-- insert
INSERT INTO tasks (title) VALUES ($3)
INSERT INTO tasks DEFAULT VALUES
INSERT INTO tasks VALUES ($1, 1, $3)
INSERT INTO tasks (owner_id, title) VALUES ('bob', $1)
INSERT INTO tasks (owner_id, title) VALUES ($3, $1)
INSERT INTO tasks (owner_id, title) VALUES (DEFAULT, $1)
INSERT INTO tasks (owner_id, title) VALUES ($1, 'a'), ('bob', 'b')
INSERT INTO tasks (owner_id, title) VALUES (coalesce($3, $1), 'a')
INSERT INTO tasks (owner_id, title) VALUES ($1::varchar(1), 'a')
INSERT INTO tasks (owner_id, title) VALUES ((SELECT 'bob'), 'a')
INSERT INTO tasks (owner_id, title) SELECT 'bob', $1
INSERT INTO tasks (owner_id, title) SELECT $3, 'a'
INSERT INTO tasks (owner_id, title) SELECT $1, 'a' UNION ALL SELECT 'bob', 'b'
INSERT INTO tasks (owner_id, id) SELECT * FROM (VALUES ('bob', 9)) v
INSERT INTO tasks (owner_id, title) SELECT p.*, $1 FROM projects p WHERE p.owner_id = $1
INSERT INTO tasks (owner_id, title) SELECT p.name, $1 FROM projects p WHERE p.owner_id = $1
WITH n AS (INSERT INTO tasks (owner_id, title) VALUES ('bob', $1) RETURNING id) SELECT n.id FROM n
INSERT INTO tasks (owner_id, id, title) OVERRIDING SYSTEM VALUE VALUES ($1, 1, $3)

-- on conflict
INSERT INTO tasks (owner_id, title) VALUES ($1, $3) ON CONFLICT DO NOTHING
INSERT INTO tasks (owner_id, title) VALUES ($1, $3) ON CONFLICT (owner_id, id) DO NOTHING
INSERT INTO tasks (owner_id, title) VALUES ($1, $3) ON CONFLICT (owner_id, id) DO UPDATE SET title = $3
INSERT INTO tasks (owner_id, title) VALUES ($1, $3) ON CONFLICT (owner_id, id) DO UPDATE SET owner_id = 'bob'
INSERT INTO tasks (owner_id, title) VALUES ($1, $3) ON CONFLICT (owner_id, id) DO UPDATE SET title = $3 WHERE tasks.owner_id = $1
INSERT INTO plans (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = (SELECT max(title) FROM tasks)

-- changes the owner
UPDATE tasks SET owner_id = 'bob' WHERE tasks.owner_id = $1
UPDATE tasks SET owner_id = $3 WHERE tasks.owner_id = $1
UPDATE tasks SET owner_id = $1 WHERE tasks.owner_id = $1
UPDATE tasks SET title = 'a', owner_id = DEFAULT WHERE tasks.owner_id = $1
UPDATE tasks SET (title, owner_id) = ('a', 'bob') WHERE tasks.owner_id = $1
UPDATE tasks SET (owner_id, title) = (SELECT 'bob', 'a') WHERE tasks.owner_id = $1
UPDATE tasks SET (owner_id) = ROW('bob') WHERE tasks.owner_id = $1
UPDATE tasks AS t SET owner_id = 'bob' WHERE t.owner_id = $1
WITH u AS (UPDATE tasks SET owner_id = 'bob' WHERE tasks.owner_id = $1 RETURNING id) SELECT u.id FROM u

-- copies into a shared table
INSERT INTO plans (id, name) SELECT tasks.id, tasks.title FROM tasks WHERE tasks.owner_id = $1
INSERT INTO plans (id, name) VALUES (1, (SELECT max(tasks.title) FROM tasks WHERE tasks.owner_id = $1))
UPDATE plans SET name = tasks.title FROM tasks WHERE tasks.owner_id = $1
UPDATE plans SET name = (SELECT max(tasks.title) FROM tasks WHERE tasks.owner_id = $1)
WITH t AS (SELECT tasks.title FROM tasks WHERE tasks.owner_id = $1) INSERT INTO plans (id, name) SELECT 1, t.title FROM t

-- outer join
SELECT t.id FROM tasks t LEFT JOIN projects p ON t.owner_id = $1 WHERE p.owner_id = $1
SELECT t.id FROM projects p RIGHT JOIN tasks t ON t.owner_id = $1 AND p.owner_id = $1
SELECT t.id FROM tasks t FULL JOIN projects p ON t.owner_id = $1 AND p.owner_id = $1
SELECT t.id FROM tasks t FULL JOIN projects p ON p.owner_id = t.owner_id WHERE p.owner_id = $1 OR t.id > 0
SELECT t.id FROM tasks t LEFT JOIN plans ON t.owner_id = $1
SELECT p.id FROM tasks t RIGHT JOIN projects p ON p.owner_id = t.owner_id WHERE t.owner_id = $1 OR true
SELECT t.id FROM plans LEFT JOIN (tasks t LEFT JOIN projects p ON t.owner_id = $1) ON p.owner_id = $1
SELECT p.id FROM projects p LEFT JOIN (tasks t JOIN plans ON t.owner_id = $1) ON true WHERE p.id = t.id OR true
UPDATE plans SET name = t.title FROM tasks t LEFT JOIN projects p ON t.owner_id = $1 AND p.owner_id = $1
DELETE FROM plans USING tasks t LEFT JOIN plans q ON t.owner_id = $1 WHERE q.id = plans.id

-- shadowing
SELECT t.id FROM plans p, tasks t WHERE ROW(p.*, t.owner_id) = ROW(1, $1, $3)
SELECT t.id FROM (SELECT p.*, p.owner_id FROM projects p WHERE p.owner_id = $1) x(a, owner_id, c, d), tasks t WHERE t.owner_id = x.owner_id
WITH x(a, o) AS (SELECT p.*, p.owner_id FROM projects p WHERE p.owner_id = $1) SELECT t.id FROM tasks t JOIN x ON x.o = t.owner_id
SELECT t.id FROM (SELECT p.name, p.* FROM projects p WHERE p.owner_id = $1 UNION ALL SELECT $1, $1, 1, 'x') x(o, a, b, c), tasks t WHERE t.owner_id = x.o
SELECT p.id FROM projects p WHERE p.owner_id = $1 AND EXISTS (SELECT 1 FROM (SELECT 'bob' AS owner_id) p, tasks t WHERE t.owner_id = p.owner_id)
SELECT t.id FROM projects t WHERE t.owner_id = $1 AND EXISTS (SELECT 1 FROM (tasks t JOIN plans p ON true) AS j WHERE t.owner_id = $1)
WITH RECURSIVE r AS (SELECT p.owner_id AS o FROM projects p WHERE p.owner_id = $1 UNION ALL SELECT t.title FROM tasks t JOIN r ON r.o = t.owner_id) SELECT 1 FROM r
SELECT t.id FROM tasks t, projects tasks WHERE tasks.owner_id = $1
SELECT b.id FROM tasks a, tasks b WHERE a.owner_id = $1
WITH tasks AS (SELECT tasks.id FROM tasks) SELECT tasks.id FROM tasks
WITH o AS (SELECT 'bob' AS owner_id) SELECT t.id FROM tasks t JOIN o ON o.owner_id = t.owner_id WHERE o.owner_id = 'bob'
SELECT t.id FROM (SELECT 'bob' AS owner_id) p JOIN tasks t ON t.owner_id = p.owner_id
SELECT t.id FROM tasks AS t(title, id, owner_id) WHERE t.owner_id = $1
SELECT x.id FROM (SELECT p.owner_id, p.id FROM projects p WHERE p.owner_id = $1) x(id, owner_id), tasks t WHERE t.owner_id = x.owner_id
SELECT t.id FROM (tasks t JOIN plans p ON true) AS j JOIN projects q ON q.owner_id = $1
SELECT t.id FROM tasks t WHERE EXISTS (SELECT 1 FROM projects t WHERE t.owner_id = $1)
SELECT p.id FROM projects p WHERE p.owner_id = $1 AND EXISTS (SELECT 1 FROM tasks t WHERE t.owner_id = p.name)
WITH RECURSIVE r AS (SELECT $1 AS o UNION ALL SELECT 'bob' FROM r) SELECT t.id FROM tasks t JOIN r ON r.o = t.owner_id
WITH a AS (SELECT 1 AS owner_id), tasks AS (SELECT t.* FROM tasks t) SELECT tasks.id FROM tasks
SELECT x.id FROM (SELECT tasks.id, tasks.owner_id FROM tasks) x WHERE x.owner_id = $1
WITH x AS (SELECT tasks.id, tasks.owner_id FROM tasks) SELECT x.id FROM x WHERE x.owner_id = $1
SELECT max(tasks.id) FROM tasks GROUP BY tasks.owner_id HAVING tasks.owner_id = $1
SELECT count(*) FILTER (WHERE tasks.owner_id = $1) FROM tasks
SELECT tasks.id FROM tasks ORDER BY tasks.owner_id = $1 DESC LIMIT 1

-- lock
SELECT x.id FROM (SELECT plans.id FROM plans) AS x FOR UPDATE
SELECT plans.id FROM plans FOR UPDATE
SELECT tasks.id FROM tasks, plans WHERE tasks.owner_id = $1 FOR SHARE
SELECT plans.id FROM plans FOR NO KEY UPDATE SKIP LOCKED

-- row type
SELECT (tasks).owner_id FROM tasks WHERE tasks.owner_id = $1
SELECT (tasks).* FROM tasks WHERE tasks.owner_id = $1
SELECT tasks.leak FROM tasks WHERE tasks.owner_id = $1

-- unbound
SELECT tasks.id FROM tasks WHERE tasks.owner_id = $9
SELECT $9 FROM tasks WHERE tasks.owner_id = $1

-- unknown expression
SELECT XMLELEMENT(NAME a, (SELECT max(tasks.title) FROM tasks))
SELECT JSON_OBJECT('a': (SELECT max(tasks.title) FROM tasks))
SELECT JSON_ARRAY(SELECT tasks.title FROM tasks)

-- unknown range
SELECT 1 FROM tasks TABLESAMPLE SYSTEM (50)
SELECT 1 FROM JSON_TABLE((SELECT to_jsonb(max(tasks.title)) FROM tasks), '$' COLUMNS (a text)) AS j
SELECT tasks.id FROM tasks TABLESAMPLE SYSTEM (50) WHERE tasks.owner_id = $1
SELECT x.a FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS a text) AS x
SELECT j.a FROM JSON_TABLE('[]', '$[*]' COLUMNS (a text)) AS j
SELECT r.a FROM json_to_record('{}') AS r(a text)

-- another statement
DROP TABLE tasks
TRUNCATE tasks
COPY tasks TO STDOUT
SET app.x = 'a'
LISTEN a
NOTIFY a, 'b'
CREATE TEMPORARY TABLE t AS SELECT * FROM tasks
SELECT tasks.id INTO t FROM tasks WHERE tasks.owner_id = $1
DO $$ BEGIN END $$
CALL p()
PREPARE a AS SELECT 1
EXPLAIN SELECT 1
GRANT SELECT ON tasks TO bob
DECLARE c CURSOR WITH HOLD FOR SELECT 1
LOCK TABLE tasks
VACUUM tasks
RESET ALL
DISCARD ALL
TABLE tasks
MERGE INTO tasks USING projects p ON tasks.owner_id = $1 AND p.owner_id = $1 WHEN MATCHED THEN DELETE
SELECT 1; DELETE FROM tasks
SELEC 1
BEGIN
UPDATE tasks SET title = 'a' WHERE CURRENT OF c

-- only a part
SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1 UNION SELECT tasks.id FROM tasks
SELECT tasks.id FROM tasks UNION SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1
SELECT a.id FROM tasks a WHERE a.owner_id = $1 AND a.id IN (SELECT b.id FROM tasks b WHERE b.id = a.id)
WITH a AS (SELECT 1), b AS (UPDATE tasks SET title = 'x') SELECT 1
WITH b AS (DELETE FROM tasks) SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1
