import createClient from "openapi-fetch";

import { answer, url } from "../scenarios/answers";
import { type Client, type Place, play } from "../scenarios/workspace";
import type { paths } from "./workspace/src/api/schema";

function connect(token?: string): Client {
  const api = createClient<paths>({
    baseUrl: url,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
  const at = (path: Place) => ({ params: { path } });
  return {
    async createProject(key, body) {
      const header = { "Idempotency-Key": key };
      const { data, error, response } = await api.POST("/projects", { params: { header }, body });
      return answer(response, data, error);
    },
    async updateProject(project_id, body) {
      const params = { path: { project_id } };
      const { data, error, response } = await api.PATCH("/projects/{project_id}", { params, body });
      return answer(response, data, error);
    },
    async listTasks(project_id, query) {
      const params = { path: { project_id }, query };
      const { data, error, response } = await api.GET("/projects/{project_id}/tasks", { params });
      return answer(response, data, error);
    },
    async createTask(project_id, body) {
      const params = { path: { project_id } };
      const { data, error, response } = await api.POST("/projects/{project_id}/tasks", { params, body });
      return answer(response, data, error);
    },
    async getTask(place) {
      const { data, error, response } = await api.GET("/projects/{project_id}/tasks/{task_id}", at(place));
      return answer(response, data, error);
    },
    async replaceTask(path, version, body) {
      const params = { path, header: { "If-Match": version } };
      const { data, error, response } = await api.PUT("/projects/{project_id}/tasks/{task_id}", { params, body });
      return answer(response, data, error);
    },
    async updateTask(place, body) {
      const { data, error, response } = await api.PATCH("/projects/{project_id}/tasks/{task_id}", { ...at(place), body });
      return answer(response, data, error);
    },
    async completeTask(place) {
      const { data, error, response } = await api.PATCH("/projects/{project_id}/tasks/{task_id}/complete", at(place));
      return answer(response, data, error);
    },
    async listContacts(query) {
      const { data, error, response } = await api.GET("/contacts", { params: { query } });
      return answer(response, data, error);
    },
    async createContact(body) {
      const { data, error, response } = await api.POST("/contacts", { body });
      return answer(response, data, error);
    },
    async updateContact(contactId, body) {
      const params = { path: { contactId } };
      const { data, error, response } = await api.PATCH("/contacts/{contactId}", { params, body });
      return answer(response, data, error);
    },
    async listPlans() {
      const { data, error, response } = await api.GET("/plans");
      return answer(response, data, error);
    },
  };
}

play("openapi-typescript", connect);
