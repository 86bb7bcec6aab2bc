/** What a client returns, in one shape for every generator, and what a scenario expects of it. */

export interface Fault {
  detail: string;
  code?: string;
  pointer?: string;
  parameter?: string;
}

/** Problem details (RFC 9457). The types of a generator must be assignable to this, without a cast. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: Fault[];
}

export interface Answer<Body> {
  status: number;
  header(name: string): string | null;
  body?: Body;
  problem?: Problem;
}

export interface Expected {
  status: number;
  code: string;
  /** The first fault: a JSON pointer into the body, or the name of a parameter. */
  at?: string;
}

export function answer<Body>(
  response: { status: number; headers: Headers },
  body: Body | undefined,
  problem: Problem | undefined,
): Answer<Body> {
  return { status: response.status, header: (name) => response.headers.get(name), body, problem };
}

export function equal(found: unknown, expected: unknown, what: string): void {
  if (canonical(found) !== canonical(expected)) {
    throw new Error(`${what}: ${canonical(found)} is not ${canonical(expected)}`);
  }
}

/** JSON with the names of each object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Object && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
}

/** The body of an answer that has this status. */
export async function succeeds<Body>(sent: Promise<Answer<Body>>, status: number): Promise<Body> {
  return (await whole(sent, status)).body;
}

export async function whole<Body>(sent: Promise<Answer<Body>>, status: number): Promise<Answer<Body> & { body: Body }> {
  const { body, ...rest } = await sent;
  equal([rest.status, rest.problem], [status, undefined], "status and problem");
  if (body === undefined) throw new Error(`no body with ${status}`);
  return { ...rest, body };
}

export async function isEmpty(sent: Promise<Answer<unknown>>, status: number): Promise<void> {
  const found = await sent;
  equal([found.status, found.problem], [status, undefined], "status and problem");
}

export async function fails(sent: Promise<Answer<unknown>>, expected: Expected): Promise<Problem> {
  const { status, problem } = await sent;
  if (problem === undefined) throw new Error(`no problem with ${status}`);
  const first = problem.errors?.[0];
  const at = first?.pointer ?? first?.parameter;
  equal({ status, code: problem.code, at }, expected, "problem");
  equal(problem.status, status, "status in the problem");
  return problem;
}

interface Environment {
  URL: string;
  ALICE: string;
  BOB: string;
}

declare const process: { env: Environment; exitCode: number };

export const { URL: url, ALICE: alice, BOB: bob } = process.env;

/** Runs a scenario. Prints its name when all of it held. */
export function run(name: string, scenario: () => Promise<void>): void {
  scenario().then(
    () => console.log(`${name}: ok`),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
