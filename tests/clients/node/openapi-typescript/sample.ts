import createClient from "openapi-fetch";

import { answer, url } from "../scenarios/answers";
import { type Client, play } from "../scenarios/sample";
import type { paths } from "./sample/src/api/schema";
import { waterThePlants } from "./sample/src/example";

function connect(token?: string): Client {
  const api = createClient<paths>({
    baseUrl: url,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
  const at = (task_id: string) => ({ params: { path: { task_id } } });
  return {
    async list(query) {
      const { data, error, response } = await api.GET("/api/tasks", { params: { query } });
      return answer(response, data, error);
    },
    async create(body) {
      const { data, error, response } = await api.POST("/api/tasks", { body });
      return answer(response, data, error);
    },
    async get(id) {
      const { data, error, response } = await api.GET("/api/tasks/{task_id}", at(id));
      return answer(response, data, error);
    },
    async replace(id, body) {
      const { data, error, response } = await api.PUT("/api/tasks/{task_id}", { ...at(id), body });
      return answer(response, data, error);
    },
    async update(id, body) {
      const { data, error, response } = await api.PATCH("/api/tasks/{task_id}", { ...at(id), body });
      return answer(response, data, error);
    },
    async complete(id) {
      const { data, error, response } = await api.PATCH("/api/tasks/{task_id}/complete", at(id));
      return answer(response, data, error);
    },
    async remove(id) {
      const { data, error, response } = await api.DELETE("/api/tasks/{task_id}", at(id));
      return answer(response, data, error);
    },
  };
}

play("openapi-typescript", connect, waterThePlants);
