import { answer, url } from "../scenarios/answers";
import { type Client, play } from "../scenarios/workspace";
import * as api from "./workspace/src/client";
import { createClient } from "./workspace/src/client/client";

function connect(token?: string): Client {
  const client = createClient({ baseUrl: url, auth: token });
  return {
    async createProject(key, body) {
      const headers = { "Idempotency-Key": key };
      const { data, error, response } = await api.createProject({ client, headers, body });
      return answer(response, data, error);
    },
    async updateProject(project_id, body) {
      const { data, error, response } = await api.updateProject({ client, path: { project_id }, body });
      return answer(response, data, error);
    },
    async listTasks(project_id, query) {
      const { data, error, response } = await api.listTasks({ client, path: { project_id }, query });
      return answer(response, data, error);
    },
    async createTask(project_id, body) {
      const { data, error, response } = await api.createTask({ client, path: { project_id }, body });
      return answer(response, data, error);
    },
    async getTask(path) {
      const { data, error, response } = await api.getTask({ client, path });
      return answer(response, data, error);
    },
    async replaceTask(path, version, body) {
      const headers = { "If-Match": version };
      const { data, error, response } = await api.replaceTask({ client, path, headers, body });
      return answer(response, data, error);
    },
    async updateTask(path, body) {
      const { data, error, response } = await api.updateTask({ client, path, body });
      return answer(response, data, error);
    },
    async completeTask(path) {
      const { data, error, response } = await api.completeTask({ client, path });
      return answer(response, data, error);
    },
    async listContacts(query) {
      const { data, error, response } = await api.listContacts({ client, query });
      return answer(response, data, error);
    },
    async createContact(body) {
      const { data, error, response } = await api.createContact({ client, body });
      return answer(response, data, error);
    },
    async updateContact(contactId, body) {
      const { data, error, response } = await api.updateContact({ client, path: { contactId }, body });
      return answer(response, data, error);
    },
    async listPlans() {
      const { data, error, response } = await api.listPlans({ client });
      return answer(response, data, error);
    },
  };
}

play("hey-api", connect);
