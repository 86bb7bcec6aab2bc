-- Statements that reach rows of the owner only: each line is one, below the name of its kind.

-- shared
SELECT plans.id FROM plans
SELECT count(*) FROM plans WHERE plans.name = $3

-- no table
SELECT 1
SELECT now() IS NULL, CURRENT_DATE IS NULL, lower('A') || 'b'
VALUES (1), (2)

-- insert
INSERT INTO tasks (owner_id, title) VALUES ($1, $3)
INSERT INTO tasks (title, owner_id) VALUES ($3::TEXT, $1::VARCHAR) RETURNING tasks.id, tasks.title
INSERT INTO tasks (owner_id, title) VALUES ($1, 'a'), ($1, 'b')
INSERT INTO tasks (owner_id, title, completed) VALUES ($1, lower($3), DEFAULT)
INSERT INTO tasks (owner_id, title) SELECT $1::text, $3
INSERT INTO tasks (owner_id, title) SELECT $1, p.name FROM projects p WHERE p.owner_id = $1
INSERT INTO tasks (owner_id, title) SELECT $1, 'a' UNION ALL SELECT $1, 'b'
WITH n AS (INSERT INTO tasks (owner_id, title) VALUES ($1, $3) RETURNING id) SELECT n.id FROM n

-- update
UPDATE tasks SET title = $3, completed = NOT tasks.completed WHERE tasks.owner_id = $1 RETURNING tasks.*
UPDATE tasks SET (title, completed) = ($3, DEFAULT) WHERE tasks.owner_id = $1
UPDATE tasks SET (title, completed) = (SELECT p.name, true FROM projects p WHERE p.owner_id = $1 LIMIT 1) WHERE tasks.owner_id = $1
UPDATE tasks SET labels[1] = 'x' WHERE tasks.owner_id = $1
UPDATE tasks AS t SET title = $3 WHERE t.owner_id = $1

-- joined by owner
SELECT t.id FROM tasks t JOIN projects p ON p.owner_id = t.owner_id WHERE t.owner_id = $1
SELECT t.id FROM tasks t JOIN projects p ON p.owner_id = t.owner_id WHERE p.owner_id = $1
SELECT t.id FROM tasks t LEFT JOIN projects p ON p.owner_id = t.owner_id WHERE t.owner_id = $1
SELECT t.id FROM projects p RIGHT JOIN tasks t ON p.owner_id = t.owner_id WHERE t.owner_id = $1
SELECT t.id FROM tasks t FULL JOIN projects p ON p.id = t.id WHERE t.owner_id = $1 AND p.owner_id = $1
SELECT t.id FROM (tasks t JOIN projects p ON t.owner_id = $1), projects q WHERE p.owner_id = $1 AND q.owner_id = t.owner_id
SELECT t.id FROM plans LEFT JOIN (tasks t JOIN projects p ON p.owner_id = t.owner_id) ON t.owner_id = $1
SELECT a.id FROM tasks a, tasks b, tasks c WHERE a.owner_id = b.owner_id AND b.owner_id = c.owner_id AND c.owner_id = $1
SELECT t.id FROM tasks t CROSS JOIN plans WHERE t.owner_id = $1
DELETE FROM tasks USING projects p WHERE tasks.owner_id = p.owner_id AND p.owner_id = $1
UPDATE tasks SET title = p.name FROM projects p WHERE tasks.owner_id = $1 AND p.owner_id = tasks.owner_id
SELECT p.id, (SELECT count(*) FROM tasks t WHERE t.owner_id = p.owner_id) FROM projects p WHERE p.owner_id = $1
SELECT x.id FROM projects p, LATERAL (SELECT t.id FROM tasks t WHERE t.owner_id = p.owner_id) x WHERE p.owner_id = $1
WITH o AS (SELECT p.owner_id, p.id FROM projects p WHERE p.owner_id = $1) SELECT t.id FROM tasks t JOIN o ON o.owner_id = t.owner_id
WITH o(x) AS (SELECT p.owner_id FROM projects p WHERE p.owner_id = $1) SELECT t.id FROM tasks t JOIN o ON o.x = t.owner_id
SELECT t.id FROM (SELECT $1 AS me) o JOIN tasks t ON t.owner_id = o.me

-- shadowed
WITH tasks AS (SELECT p.id FROM projects p WHERE p.owner_id = $1) SELECT tasks.id FROM tasks
SELECT tasks.name FROM projects AS tasks WHERE tasks.owner_id = $1

-- rows
SELECT tasks.* FROM tasks WHERE tasks.owner_id = $1
SELECT tasks FROM tasks WHERE tasks.owner_id = $1
SELECT count(tasks.id) AS n, tasks.title AS label FROM tasks WHERE tasks.owner_id = $1 GROUP BY label ORDER BY n DESC NULLS LAST
SELECT row_number() OVER w FROM tasks WHERE tasks.owner_id = $1 WINDOW w AS (PARTITION BY tasks.title ORDER BY tasks.id)
SELECT l.l FROM tasks, unnest(tasks.labels) AS l WHERE tasks.owner_id = $1
SELECT (tasks.labels)[1:2], greatest(tasks.id, 1), nullif(tasks.title, '') FROM tasks WHERE tasks.owner_id = $1
SELECT string_agg(tasks.title, ',' ORDER BY tasks.id) FROM tasks WHERE tasks.owner_id = $1 HAVING count(*) > 1
SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1 OFFSET $2 FETCH FIRST 3 ROWS ONLY
