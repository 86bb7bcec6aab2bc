// Sends the load: one command a line on standard input, one line of JSON with what came of it on standard output.
//
// The closed loop is autocannon's. Its `rate` sends the requests of a second in one burst, so the open loop is
// written here, on undici: requests leave at a fixed rate whatever the server does, wait in the pool when all
// connections are busy, and their latency includes that wait (no coordinated omission).

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import autocannon from "autocannon";
import { Pool } from "undici";

const HOST = "http://127.0.0.1";

/** The requests that Python wrote: each is [method, path, index of a token, body or null]. */
function readRequests(file) {
  const { tokens, requests } = JSON.parse(readFileSync(file, "utf8"));
  return requests.map(([method, path, token, body]) => ({
    method,
    path,
    headers: {
      authorization: `Bearer ${tokens[token]}`,
      ...(body === null ? {} : { "content-type": "application/json" }),
    },
    body: body ?? undefined,
  }));
}

function count(statuses, status) {
  statuses[status] = (statuses[status] ?? 0) + 1;
}

/** Each connection sends its share, one request after another. */
function closedLoop({ port, file, connections }) {
  const requests = readRequests(file);
  const shares = Array.from({ length: connections }, () => []);
  requests.forEach((request, index) => shares[index % connections].push(request));
  const statuses = {};
  let next = 0;
  let begun;
  let ended;
  const options = {
    url: `${HOST}:${port}`,
    connections,
    amount: requests.length,
    setupClient: (client) => client.setRequests(shares[next++ % connections]),
  };
  return new Promise((resolve, reject) => {
    const run = autocannon(options, (error, result) => {
      if (error) return reject(error);
      const failed = result.errors + result.timeouts;
      return resolve({ seconds: (ended - begun) / 1000, statuses, failed });
    });
    run.on("start", () => (begun = performance.now()));
    run.on("response", (_client, status) => {
      count(statuses, status);
      ended = performance.now();
    });
  });
}

async function timeOne(pool, request, outcome) {
  const begun = performance.now();
  try {
    const { statusCode, body } = await pool.request(request);
    await body.arrayBuffer();
    outcome.latencies.push(Math.round((performance.now() - begun) * 1000));
    count(outcome.statuses, statusCode);
  } catch {
    outcome.failed += 1;
  }
}

/** Requests leave at `rate` a second, in steps of a millisecond. */
async function openLoop({ port, file, connections, rate }) {
  const requests = readRequests(file);
  const pool = new Pool(`${HOST}:${port}`, { connections, pipelining: 1 });
  const outcome = { latencies: [], statuses: {}, failed: 0 };
  const sent = [];
  const begun = performance.now();
  await new Promise((resolve) => {
    const send = () => {
      const due = Math.min(requests.length, Math.floor(((performance.now() - begun) * rate) / 1000) + 1);
      while (sent.length < due) sent.push(timeOne(pool, requests[sent.length], outcome));
      if (sent.length < requests.length) setTimeout(send, 1);
      else resolve();
    };
    send();
  });
  const sending = (performance.now() - begun) / 1000;
  await Promise.all(sent);
  await pool.close();
  return { ...outcome, sending };
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const answer = await (command.rate === undefined ? closedLoop(command) : openLoop(command));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
