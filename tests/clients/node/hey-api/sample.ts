import { answer, url } from "../scenarios/answers";
import { type Client, play } from "../scenarios/sample";
import * as api from "./sample/src/client";
import { createClient } from "./sample/src/client/client";
import { waterThePlants } from "./sample/src/example";

function connect(token?: string): Client {
  const client = createClient({ baseUrl: url, auth: token });
  const at = (task_id: string) => ({ client, path: { task_id } });
  return {
    async list(query) {
      const { data, error, response } = await api.listTasks({ client, query });
      return answer(response, data, error);
    },
    async create(body) {
      const { data, error, response } = await api.createTask({ client, body });
      return answer(response, data, error);
    },
    async get(id) {
      const { data, error, response } = await api.getTask(at(id));
      return answer(response, data, error);
    },
    async replace(id, body) {
      const { data, error, response } = await api.replaceTask({ ...at(id), body });
      return answer(response, data, error);
    },
    async update(id, body) {
      const { data, error, response } = await api.updateTask({ ...at(id), body });
      return answer(response, data, error);
    },
    async complete(id) {
      const { data, error, response } = await api.completeTask(at(id));
      return answer(response, data, error);
    },
    async remove(id) {
      const { data, error, response } = await api.deleteTask(at(id));
      return answer(response, data, error);
    },
  };
}

play("hey-api", connect, waterThePlants);
