import { answer, url } from "../scenarios/answers";
import { told } from "../scenarios/orval";
import { type Client, type Task, play } from "../scenarios/sample";
import * as api from "./sample/src/api";
import { settings } from "./sample/src/fetcher";
import { waterThePlants } from "./sample/src/example";

settings.baseUrl = url;

function connect(token?: string): Client {
  const options = token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
  return {
    list: (query) => told(api.listTasks(query, options)),
    create: (body) => told<Task>(api.createTask(body, options)),
    get: (id) => told<Task>(api.getTask(id, options)),
    replace: (id, body) => told<Task>(api.replaceTask(id, body, options)),
    update: (id, body) => told<Task>(api.updateTask(id, body, options)),
    complete: (id) => told<Task>(api.completeTask(id, options)),
    async remove(id) {
      const response = await api.deleteTask(id, options);
      return response.status === 204
        ? answer(response, undefined, undefined)
        : answer(response, undefined, response.data);
    },
  };
}

play("orval", connect, waterThePlants);
