/** Tells a body from a problem, in the answers of orval. */

import { type Answer, type Problem, answer } from "./answers";

type Succeeded<Body> = { status: 200 | 201; data: Body; headers: Headers };
type Unchanged = { status: 304; data: void; headers: Headers };
type Failed = { status: 400 | 401 | 404 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 503 | 504; data: Problem; headers: Headers };

function succeeded<Body>(response: Succeeded<Body> | Unchanged | Failed): response is Succeeded<Body> {
  return response.status === 200 || response.status === 201;
}

export async function told<Body>(sent: Promise<Succeeded<Body> | Unchanged | Failed>): Promise<Answer<Body>> {
  const response = await sent;
  if (succeeded(response)) return answer(response, response.data, undefined);
  return answer<Body>(response, undefined, response.status === 304 ? undefined : response.data);
}
