// Fastify with JSON schemas, fast-jwt, and SQL by hand on the pool of node-postgres.

import { createVerifier } from "fast-jwt";
import Fastify from "fastify";
import pg from "pg";

const COLUMNS = "id, title, description, completed, created_at, updated_at";
const MINE = "owner_id = $1 AND deleted_at IS NULL";
const ONE = `${MINE} AND id = $2`;

// A JavaScript Date keeps milliseconds only: timestamps stay text, as RFC 3339 writes them.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text.replace(" ", "T").replace("+00", "Z"));
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  idleTimeoutMillis: 0,
  options: "-c timezone=UTC",
});

const app = Fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: true } } });
const verify = createVerifier({
  key: process.env.BETTER_AUTH_SECRET,
  algorithms: ["HS256"],
  requiredClaims: ["exp", "iat", "sub"],
  cache: true,
});
app.decorateRequest("owner", "");
app.addHook("onRequest", (request, _reply, done) => {
  try {
    const claims = verify((request.headers.authorization ?? "").replace(/^Bearer /i, ""));
    if (claims.aud !== undefined) throw new Error("The token is for somebody else.");
    request.owner = claims.sub;
    done();
  } catch {
    done(Object.assign(new Error("The token is not valid."), { statusCode: 401 }));
  }
});

const task = {
  type: "object",
  properties: {
    id: { type: "string" },
    title: { type: "string" },
    description: { type: ["string", "null"] },
    completed: { type: "boolean" },
    created_at: { type: "string" },
    updated_at: { type: "string" },
  },
};
const page = {
  type: "object",
  properties: {
    data: { type: "array", items: task },
    total: { type: "integer" },
    page: { type: "integer" },
    per_page: { type: "integer" },
    total_pages: { type: "integer" },
  },
};
const changes = {
  type: "object",
  additionalProperties: false,
  properties: {
    title: { type: "string", minLength: 1, maxLength: 200 },
    description: { type: ["string", "null"], maxLength: 2000 },
    completed: { type: "boolean" },
  },
};
const whole = {
  ...changes,
  required: ["title"],
  properties: {
    title: changes.properties.title,
    description: { ...changes.properties.description, default: null },
    completed: { type: "boolean", default: false },
  },
};
const params = { type: "object", properties: { id: { type: "string", format: "uuid" } } };
const querystring = {
  type: "object",
  properties: {
    page: { type: "integer", minimum: 1, default: 1 },
    per_page: { type: "integer", minimum: 1, maximum: 100, default: 20 },
    completed: { type: "boolean" },
    sort: { enum: ["created_at", "-created_at", "title", "-title"], default: "-created_at" },
  },
};

async function fetchOne(name, text, values) {
  const { rows } = await pool.query({ name, text, values });
  if (rows.length === 0) {
    throw Object.assign(new Error("There is nothing with this id."), { statusCode: 404 });
  }
  return rows[0];
}

function change(owner, id, values) {
  const names = Object.keys(values);
  if (names.length === 0) return fetchOne("get", `SELECT ${COLUMNS} FROM tasks WHERE ${ONE}`, [owner, id]);
  const set = names.map((name, index) => `${name} = $${index + 3}, `).join("");
  const text = `UPDATE tasks SET ${set}updated_at = now() WHERE ${ONE} RETURNING ${COLUMNS}`;
  return fetchOne(`update ${names}`, text, [owner, id, ...Object.values(values)]);
}

app.get("/api/tasks", { schema: { querystring, response: { 200: page } } }, async ({ owner, query }) => {
  const { page, per_page, completed, sort } = query;
  const where = completed === undefined ? MINE : `${MINE} AND completed = $2`;
  const values = completed === undefined ? [owner] : [owner, completed];
  const direction = sort.startsWith("-") ? "DESC" : "ASC";
  const column = sort.replace("-", "");
  const count = `SELECT count(*)::int AS total FROM tasks WHERE ${where}`;
  const text = `SELECT ${COLUMNS}, (${count}) AS total FROM tasks WHERE ${where}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
  const { rows } = await pool.query({
    name: `list ${sort} ${completed !== undefined}`,
    text,
    values: [...values, per_page, (page - 1) * per_page],
  });
  let total = rows.length ? rows[0].total : 0;
  if (rows.length === 0 && page > 1) total = (await pool.query(count, values)).rows[0].total;
  return { data: rows, total, page, per_page, total_pages: Math.ceil(total / per_page) };
});

app.post("/api/tasks", { schema: { body: whole, response: { 201: task } } }, async (request, reply) => {
  const { title, description, completed } = request.body;
  const text = `INSERT INTO tasks (owner_id, title, description, completed) VALUES ($1, $2, $3, $4)
    RETURNING ${COLUMNS}`;
  const created = await fetchOne("create", text, [request.owner, title, description, completed]);
  reply.code(201).header("Location", `/api/tasks/${created.id}`);
  return created;
});

app.get("/api/tasks/:id", { schema: { params, response: { 200: task } } }, (request) =>
  change(request.owner, request.params.id, {}),
);

app.put("/api/tasks/:id", { schema: { params, body: whole, response: { 200: task } } }, (request) =>
  change(request.owner, request.params.id, request.body),
);

app.patch("/api/tasks/:id", { schema: { params, body: changes, response: { 200: task } } }, (request) =>
  change(request.owner, request.params.id, request.body),
);

app.delete("/api/tasks/:id", { schema: { params } }, async (request, reply) => {
  const text = `UPDATE tasks SET deleted_at = now(), updated_at = now() WHERE ${ONE} RETURNING id`;
  await fetchOne("delete", text, [request.owner, request.params.id]);
  reply.code(204);
});

app.patch("/api/tasks/:id/complete", { schema: { params, response: { 200: task } } }, (request) => {
  const text = `UPDATE tasks SET completed = NOT completed, updated_at = now() WHERE ${ONE}
    RETURNING ${COLUMNS}`;
  return fetchOne("complete", text, [request.owner, request.params.id]);
});

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
