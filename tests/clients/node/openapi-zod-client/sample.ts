import { isErrorFromAlias } from "@zodios/core";

import { url } from "../scenarios/answers";
import { type Client, play } from "../scenarios/sample";
import { teller } from "../scenarios/zodios";
import { createApiClient } from "./sample/src/api";
import { waterThePlants } from "./sample/src/example";

function connect(token?: string): Client {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  // the service is to judge the requests, so that its answers can be seen
  const api = createApiClient(url, { axiosConfig: { headers }, validate: "response", transform: "response" });
  const told = teller(api.axios);
  const at = (task_id: string) => ({ params: { task_id } });
  return {
    list: (queries) =>
      told(api.listTasks({ queries }), (error) =>
        isErrorFromAlias(api.api, "listTasks", error) ? error.response : undefined,
      ),
    create: (body) =>
      told(api.createTask(body), (error) =>
        isErrorFromAlias(api.api, "createTask", error) ? error.response : undefined,
      ),
    get: (id) =>
      told(api.getTask(at(id)), (error) =>
        isErrorFromAlias(api.api, "getTask", error) ? error.response : undefined,
      ),
    replace: (id, body) =>
      told(api.replaceTask(body, at(id)), (error) =>
        isErrorFromAlias(api.api, "replaceTask", error) ? error.response : undefined,
      ),
    update: (id, body) =>
      told(api.updateTask(body, at(id)), (error) =>
        isErrorFromAlias(api.api, "updateTask", error) ? error.response : undefined,
      ),
    complete: (id) =>
      told(api.completeTask(undefined, at(id)), (error) =>
        isErrorFromAlias(api.api, "completeTask", error) ? error.response : undefined,
      ),
    remove: (id) =>
      told(api.deleteTask(undefined, at(id)), (error) =>
        isErrorFromAlias(api.api, "deleteTask", error) ? error.response : undefined,
      ),
  };
}

play("openapi-zod-client", connect, waterThePlants);
