// A Better Auth server with its database in memory. Its last argument is the secret; it prints its address.
// POST /rotate makes a new key; POST /forget drops all keys but the newest; POST /lifetime/2s is that of tokens.
// GET / is an empty page, from which a browser signs in.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { bearer, createJwk, jwt } from "better-auth/plugins";

const secret = process.argv.at(-1);
const tables = { user: [], session: [], account: [], verification: [], jwks: [] };
const jwks = { keyPairConfig: { alg: process.argv.at(-2) } };
const tokens = { definePayload: ({ user }) => ({ org_id: user.id }) };
let auth;

async function answer(request, response) {
  if (request.method === "POST" && request.url === "/rotate") {
    await createJwk({ context: await auth.$context }, { jwks });
  } else if (request.method === "POST" && request.url === "/forget") {
    tables.jwks.splice(0, tables.jwks.length - 1);
  } else if (request.method === "POST" && request.url.startsWith("/lifetime/")) {
    tokens.expirationTime = request.url.split("/").at(-1);
  } else if (request.url === "/") {
    response.setHeader("Content-Type", "text/html").write("<!doctype html><title>Front end</title>");
  } else {
    return toNodeHandler(auth)(request, response);
  }
  response.end();
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(0, "127.0.0.1", () => {
  const baseURL = `http://127.0.0.1:${server.address().port}`;
  auth = betterAuth({
    baseURL,
    secret,
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [jwt({ jwks, jwt: tokens }), bearer()],
  });
  console.log(baseURL);
});
