// A front end with Better Auth that uses the service of another origin, with `fetch` as any page does.
import { DESKTOP, run } from "./browser.mjs";

/** Signs a user up on the page; the session is in a cookie then. */
function signUp(page) {
  return page.evaluate(async () => {
    const body = JSON.stringify({ name: "Ada", email: "ada@example.com", password: crypto.randomUUID() });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/api/auth/sign-up/email", { method: "POST", headers, body });
    return response.status;
  });
}

/** Exchanges the session for a token, and keeps it on the page. */
function refresh(page) {
  return page.evaluate(async () => {
    const response = await fetch("/api/auth/token");
    window.token = (await response.json()).token;
    return response.status;
  });
}

/** Waits until the token of the page is no longer accepted: 10 seconds after `exp`, since clocks differ. */
function untilExpired(page) {
  return page.evaluate(() => {
    const { exp } = JSON.parse(atob(window.token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return new Promise((resolve) => setTimeout(resolve, (exp + 10.5) * 1000 - Date.now()));
  });
}

/** Sends a request from the page and returns all that the page can read of the answer. */
function ask(page, method, url, { body, headers = {} } = {}) {
  const request = { method, url, body, headers };
  return page.evaluate(async ({ method, url, body, headers }) => {
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${window.token}`,
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        tracestate: "front=1",
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    const read = Object.fromEntries(response.headers);
    return { status: response.status, headers: read, body: text ? JSON.parse(text) : null };
  }, request);
}

async function untilRateLimited(page, url) {
  for (let sent = 0; sent < 100; sent += 1) {
    const answer = await ask(page, "GET", url);
    if (answer.status === 429) return answer;
  }
  throw new Error("the rate limit was not reached");
}

async function askFromElsewhere(open, front, url) {
  const page = await open(DESKTOP, front.replace("127.0.0.1", "localhost"));
  return page.evaluate((url) => fetch(url).then((response) => response.status, String), url);
}

await run(async (open, { front, api }) => {
  const page = await open(DESKTOP, front);
  const lifetime = (value) => page.evaluate((path) => fetch(path, { method: "POST" }), `/lifetime/${value}`);
  const signedUp = await signUp(page);
  await lifetime("5s"); // enough for the requests below
  const seen = { signedUp, token: await refresh(page) };
  await lifetime("15m");

  const create = { body: { name: "Garden" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
  seen.created = await ask(page, "POST", `${api}/projects`, create);
  seen.repeated = await ask(page, "POST", `${api}/projects`, create);
  seen.listed = await ask(page, "GET", `${api}/projects`);

  const tasks = `${api}/projects/${seen.created.body.id}/tasks`;
  seen.task = await ask(page, "POST", tasks, { body: { title: "Draw the plan" } });
  const replace = { body: { title: "Dig" }, headers: { "If-Match": seen.task.headers.etag } };
  const task = new URL(seen.task.headers.location, api).href;
  seen.replaced = await ask(page, "PUT", task, replace);
  seen.outdated = await ask(page, "PUT", task, replace);

  await untilExpired(page);
  seen.expired = await ask(page, "GET", task);
  await refresh(page);
  seen.refreshed = await ask(page, "GET", task);
  seen.known = await ask(page, "GET", task, { headers: { "If-None-Match": seen.refreshed.headers.etag } });

  seen.limited = await untilRateLimited(page, `${api}/labels`);
  seen.elsewhere = await askFromElsewhere(open, front, `${api}/plans`);
  return seen;
});
