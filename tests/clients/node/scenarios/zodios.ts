/** Tells a body from a problem, in the promises of Zodios. */

import { type AxiosInstance, type AxiosResponse } from "axios";

import { type Answer, type Problem } from "./answers";

type Failure = { status: number; data: Problem | void } | undefined;

/** Returns a function that waits for an answer; `failure` says which errors the document knows. */
export function teller(axios: AxiosInstance) {
  let last: AxiosResponse | undefined;
  axios.interceptors.response.use((response) => (last = response));

  return async function told<Body>(sent: Promise<Body>, failure: (error: unknown) => Failure): Promise<Answer<Body>> {
    try {
      const body = await sent;
      const { status, headers } = last!;
      return { status, header: (name) => headers[name.toLowerCase()] ?? null, body };
    } catch (error) {
      const known = failure(error);
      if (known === undefined) throw error;
      return { status: known.status, header: () => null, problem: known.data ?? undefined };
    }
  };
}
