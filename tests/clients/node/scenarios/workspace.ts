/** Two organizations of the workspace: parents, cursors, versions, idempotency keys, and a row with every type. */

import { type Answer, alice, bob, equal, fails, run, succeeds, whole } from "./answers";

export interface Project {
  id: string;
  name: string;
  goal: string | null;
  archived: boolean;
  customer_id: string | null;
  created_at: string;
}

export type Status = "open" | "doing" | "done";

export interface Task {
  id: string;
  project_id: string;
  title: string;
  status: Status;
  priority: 1 | 2 | 3;
  due_on: string | null;
  label_id: number | null;
}

export interface NewTask {
  title: string;
  status?: Status;
  priority?: 1 | 2 | 3;
  due_on?: string | null;
}

export interface TaskPage {
  data: Task[];
  next_cursor: string | null;
  total: number;
}

export interface TaskQuery {
  limit?: number;
  cursor?: string;
  sort?: "due_on" | "-due_on" | "title";
  status?: Status[];
  due_before?: string;
}

export type Channel = { type: "phone"; number: string } | { type: "chat"; handle: string };

export interface NewContact {
  name: string;
  kind?: "person" | "company";
  pin?: string;
  credit?: string | null;
  score?: number | null;
  bornOn?: string | null;
  tags?: string[];
  luckyNumbers?: number[] | null;
  address?: { street: string; city: string; country?: string } | null;
  channel?: Channel;
}

/** What every answer has is not optional; what none has, such as `pin`, is not there. */
export interface Contact {
  id: string;
  name: string;
  notes: string | null;
  kind: "person" | "company";
  credit: string | null;
  score: number | null;
  bornOn: string | null;
  visits: number;
  vip: boolean;
  tags: string[];
  luckyNumbers: number[] | null;
  address: { street: string; city: string; country?: string } | null;
  channel?: Channel;
  createdAt: string;
}

export interface ContactPage {
  contacts: Contact[];
  total: number;
  has_more: boolean;
}

export interface Place {
  project_id: string;
  task_id: string;
}

export interface Client {
  createProject(key: string, body: { name: string; goal?: string | null }): Promise<Answer<Project>>;
  updateProject(id: string, body: { name?: string; goal?: string | null }): Promise<Answer<Project>>;
  listTasks(project_id: string, query: TaskQuery): Promise<Answer<TaskPage>>;
  createTask(project_id: string, body: NewTask): Promise<Answer<Task>>;
  getTask(place: Place): Promise<Answer<Task>>;
  replaceTask(place: Place, version: string, body: NewTask): Promise<Answer<Task>>;
  updateTask(place: Place, body: Partial<NewTask>): Promise<Answer<Task>>;
  completeTask(place: Place): Promise<Answer<Task>>;
  listContacts(query: { minScore?: number; kind?: "person" | "company" }): Promise<Answer<ContactPage>>;
  createContact(body: NewContact): Promise<Answer<Contact>>;
  updateContact(id: string, body: Partial<NewContact>): Promise<Answer<Contact>>;
  listPlans(): Promise<Answer<{ code: number; name: string; price: string }[]>>;
}

/** Runs the scenario with the clients that `connect` makes for a token, or for none. */
export function play(name: string, connect: (token?: string) => Client): void {
  run(`${name} workspace`, async () => {
    const project_id = await createsOnce(connect(alice));
    const task_id = await pages(connect(alice), project_id);
    await changes(connect(alice), { project_id, task_id });
    await keepsTypes(connect(alice));
    await othersSeeNothing(connect(bob), { project_id, task_id });
    await fails(connect().listTasks(project_id, {}), { status: 401, code: "unauthorized" });
    equal(await succeeds(connect().listPlans(), 200), [], "public operation without a token");
  });
}

async function createsOnce(client: Client): Promise<string> {
  const key = crypto.randomUUID();
  const first = await whole(client.createProject(key, { name: "Garden", goal: "Tomatoes" }), 201);
  const again = await succeeds(client.createProject(key, { name: "Garden", goal: "Tomatoes" }), 201);
  equal(again.id, first.body.id, "same key, same row");
  equal([first.body.archived, first.body.customer_id], [false, null], "defaults");
  equal(first.header("Location"), `/projects/${first.body.id}`, "Location");
  await fails(client.createProject(key, { name: "House" }), { status: 422, code: "key_reused", at: "Idempotency-Key" });
  const cleared = await succeeds(client.updateProject(first.body.id, { goal: null }), 200);
  equal([cleared.name, cleared.goal], ["Garden", null], "null clears, absent stays");
  return first.body.id;
}

async function pages(client: Client, project_id: string): Promise<string> {
  const tasks: NewTask[] = [
    { title: "Dig", status: "done", due_on: "2030-01-01" },
    { title: "Sow", status: "doing", due_on: "2030-02-01", priority: 3 },
    { title: "Water" },
  ];
  for (const task of tasks) await succeeds(client.createTask(project_id, task), 201);
  const titles: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const query: TaskQuery = { limit: 2, sort: "title", ...(cursor === undefined ? {} : { cursor }) };
    const page = await succeeds(client.listTasks(project_id, query), 200);
    equal(page.total, 3, "total");
    titles.push(...page.data.map((task) => task.title));
    cursor = page.next_cursor;
  }
  equal(titles, ["Dig", "Sow", "Water"], "pages by cursor");
  const some = await succeeds(client.listTasks(project_id, { status: ["open", "doing"], sort: "title" }), 200);
  equal(some.data.map((task) => [task.title, task.priority, task.due_on]), [["Sow", 3, "2030-02-01"], ["Water", 2, null]], "status");
  const early = await succeeds(client.listTasks(project_id, { due_before: "2030-01-15" }), 200);
  equal(early.data.map((task) => task.title), ["Dig"], "due before");
  await fails(client.listTasks(project_id, { cursor: "?" }), { status: 422, code: "invalid", at: "cursor" });
  return some.data[1]!.id;
}

async function changes(client: Client, place: Place): Promise<void> {
  const version = (await whole(client.getTask(place), 200)).header("ETag");
  if (version === null) throw new Error("no ETag");
  const replaced = await succeeds(client.replaceTask(place, version, { title: "Water all", due_on: "2030-03-01" }), 200);
  equal([replaced.title, replaced.due_on, replaced.priority], ["Water all", "2030-03-01", 2], "replaced");
  await fails(client.replaceTask(place, version, { title: "Too late" }), { status: 412, code: "stale" });
  const renamed = await succeeds(client.updateTask(place, { title: "Water" }), 200);
  equal([renamed.title, renamed.due_on], ["Water", "2030-03-01"], "absent stays");
  const cleared = await succeeds(client.updateTask(place, { due_on: null }), 200);
  equal([cleared.title, cleared.due_on], ["Water", null], "null clears");
  equal((await succeeds(client.completeTask(place), 200)).status, "done", "completed");
  equal((await succeeds(client.completeTask(place), 200)).status, "open", "reopened");
}

async function keepsTypes(client: Client): Promise<void> {
  const address = { city: "Springfield", street: "Main Street 1" };
  const channel: Channel = { type: "chat", handle: "@ada" };
  const body: NewContact = { name: "Ada", pin: "1234", credit: "12345678901234567890.01", score: 0.5, bornOn: "1815-12-10" };
  const ada = await succeeds(client.createContact({ ...body, tags: ["first"], luckyNumbers: [7], address, channel }), 201);
  equal([ada.kind, ada.credit, ada.score, ada.bornOn, ada.notes], ["person", body.credit, 0.5, "1815-12-10", null], "ada");
  equal([ada.tags, ada.luckyNumbers, ada.address, ada.channel, ada.visits, ada.vip], [["first"], [7], address, channel, 0, false], "ada");
  equal("pin" in ada, false, "a writeOnly property in an answer");
  const moved = await succeeds(client.updateContact(ada.id, { address: null, score: 2 }), 200);
  equal([moved.name, moved.kind, moved.address, moved.score, moved.tags], ["Ada", "person", null, 2, ["first"]], "moved");
  const page = await succeeds(client.listContacts({ minScore: 1, kind: "person" }), 200);
  equal([page.total, page.has_more, page.contacts[0]?.id], [1, false, ada.id], "filtered");
}

async function othersSeeNothing(client: Client, place: Place): Promise<void> {
  const missing = { status: 404, code: "not_found" };
  await fails(client.updateProject(place.project_id, { name: "Mine" }), missing);
  await fails(client.listTasks(place.project_id, {}), missing);
  await fails(client.createTask(place.project_id, { title: "Mine" }), missing);
  await fails(client.getTask(place), missing);
  await fails(client.completeTask(place), missing);
  equal((await succeeds(client.listContacts({}), 200)).contacts, [], "contacts of the other organization");
}
