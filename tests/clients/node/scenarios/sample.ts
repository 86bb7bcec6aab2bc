/** Two users of the tasks API: what each client must be able to do, in types as narrow as the contract's. */

import { type Answer, alice, bob, equal, fails, isEmpty, run, succeeds, url, whole } from "./answers";

export interface Task {
  readonly id: string;
  title: string;
  description: string | null;
  completed: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TaskPage {
  data: Task[];
  total: number;
  page: number;
  per_page: number;
  total_pages: number;
}

export interface NewTask {
  title: string;
  description?: string | null;
  completed?: boolean;
}

export interface Query {
  page?: number;
  per_page?: number;
  completed?: boolean;
  sort?: "created_at" | "-created_at" | "title" | "-title";
}

export interface Client {
  list(query: Query): Promise<Answer<TaskPage>>;
  create(body: NewTask): Promise<Answer<Task>>;
  get(id: string): Promise<Answer<Task>>;
  replace(id: string, body: NewTask): Promise<Answer<Task>>;
  update(id: string, body: Partial<NewTask>): Promise<Answer<Task>>;
  complete(id: string): Promise<Answer<Task>>;
  remove(id: string): Promise<Answer<unknown>>;
}

/** The example of the page: it creates a task and returns its id, or throws the code and the detail of a problem. */
type Example = (baseUrl: string, token: string) => Promise<string>;

/** Runs the scenario with the clients that `connect` makes for a token, or for none. */
export function play(name: string, connect: (token?: string) => Client, example: Example): void {
  run(`${name} sample`, async () => {
    const id = await creates(connect(alice));
    await pages(connect(alice));
    await changes(connect(alice), id);
    await othersSeeNothing(connect(bob), id);
    await fails(connect().list({}), { status: 401, code: "unauthorized" });
    await fails(connect("wrong").get(id), { status: 401, code: "invalid_token" });
    await isEmpty(connect(alice).remove(id), 204);
    await fails(connect(alice).get(id), { status: 404, code: "not_found" });
    equal((await succeeds(connect(alice).get(await example(url, alice)), 200)).title, "Water the plants", "example");
    const message = await example(url, "wrong").catch((error: Error) => error.message);
    equal(message.split(":")[0], "invalid_token", "problem of the example");
  });
}

async function creates(tasks: Client): Promise<string> {
  const { body, header } = await whole(tasks.create({ title: "Water the plants" }), 201);
  equal([body.title, body.description, body.completed], ["Water the plants", null, false], "defaults");
  equal(header("Location"), `/api/tasks/${body.id}`, "Location");
  await fails(tasks.create({ title: "" }), { status: 422, code: "invalid", at: "/title" });
  return body.id;
}

async function pages(tasks: Client): Promise<void> {
  for (const title of ["a", "b", "c"]) {
    await succeeds(tasks.create({ title, description: "x & y = z", completed: title !== "b" }), 201);
  }
  const first = await succeeds(tasks.list({ per_page: 2, sort: "title" }), 200);
  equal([first.total, first.total_pages, first.page, first.per_page], [4, 2, 1, 2], "page");
  equal(first.data.map((task) => task.title), ["Water the plants", "a"], "first page");
  const second = await succeeds(tasks.list({ page: 2, per_page: 2, sort: "title" }), 200);
  equal(second.data.map((task) => task.title), ["b", "c"], "second page");
  const done = await succeeds(tasks.list({ completed: true, sort: "-title" }), 200);
  equal(done.data.map((task) => task.title), ["c", "a"], "filtered");
  await fails(tasks.list({ per_page: 1000 }), { status: 422, code: "invalid", at: "per_page" });
}

async function changes(tasks: Client, id: string): Promise<void> {
  const described = await succeeds(tasks.update(id, { description: "The fern" }), 200);
  equal([described.title, described.description], ["Water the plants", "The fern"], "absent stays");
  const renamed = await succeeds(tasks.update(id, { title: "Water" }), 200);
  equal([renamed.title, renamed.description], ["Water", "The fern"], "absent stays");
  const cleared = await succeeds(tasks.update(id, { description: null }), 200);
  equal([cleared.title, cleared.description], ["Water", null], "null clears");
  const replaced = await succeeds(tasks.replace(id, { title: "Again", description: "All" }), 200);
  equal([replaced.title, replaced.description, replaced.completed], ["Again", "All", false], "replaced");
  equal((await succeeds(tasks.complete(id), 200)).completed, true, "completed");
  equal((await succeeds(tasks.complete(id), 200)).completed, false, "reopened");
}

async function othersSeeNothing(tasks: Client, id: string): Promise<void> {
  const missing = { status: 404, code: "not_found" };
  equal((await succeeds(tasks.list({}), 200)).data, [], "tasks of the other user");
  await fails(tasks.get(id), missing);
  await fails(tasks.update(id, { title: "Mine" }), missing);
  await fails(tasks.replace(id, { title: "Mine" }), missing);
  await fails(tasks.complete(id), missing);
  await fails(tasks.remove(id), missing);
}
