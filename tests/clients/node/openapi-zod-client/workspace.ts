import { isErrorFromAlias } from "@zodios/core";

import { url } from "../scenarios/answers";
import { type Client, play } from "../scenarios/workspace";
import { teller } from "../scenarios/zodios";
import { createApiClient } from "./workspace/src/api";

function connect(token?: string): Client {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  // the service is to judge the requests, so that its answers can be seen
  const axiosConfig = { headers, paramsSerializer: { indexes: null } };
  const api = createApiClient(url, { axiosConfig, validate: "response", transform: "response" });
  const told = teller(api.axios);
  return {
    createProject: (key, body) =>
      told(api.createProject(body, { headers: { "Idempotency-Key": key } }), (error) =>
        isErrorFromAlias(api.api, "createProject", error) ? error.response : undefined,
      ),
    updateProject: (project_id, body) =>
      told(api.updateProject(body, { params: { project_id } }), (error) =>
        isErrorFromAlias(api.api, "updateProject", error) ? error.response : undefined,
      ),
    listTasks: (project_id, queries) =>
      told(api.listTasks({ params: { project_id }, queries }), (error) =>
        isErrorFromAlias(api.api, "listTasks", error) ? error.response : undefined,
      ),
    createTask: (project_id, body) =>
      told(api.createTask(body, { params: { project_id } }), (error) =>
        isErrorFromAlias(api.api, "createTask", error) ? error.response : undefined,
      ),
    getTask: (params) =>
      told(api.getTask({ params }), (error) =>
        isErrorFromAlias(api.api, "getTask", error) ? error.response : undefined,
      ),
    replaceTask: (params, version, body) =>
      told(api.replaceTask(body, { params, headers: { "If-Match": version } }), (error) =>
        isErrorFromAlias(api.api, "replaceTask", error) ? error.response : undefined,
      ),
    updateTask: (params, body) =>
      told(api.updateTask(body, { params }), (error) =>
        isErrorFromAlias(api.api, "updateTask", error) ? error.response : undefined,
      ),
    completeTask: (params) =>
      told(api.completeTask(undefined, { params }), (error) =>
        isErrorFromAlias(api.api, "completeTask", error) ? error.response : undefined,
      ),
    listContacts: (queries) =>
      told(api.listContacts({ queries }), (error) =>
        isErrorFromAlias(api.api, "listContacts", error) ? error.response : undefined,
      ),
    createContact: (body) =>
      told(api.createContact(body), (error) =>
        isErrorFromAlias(api.api, "createContact", error) ? error.response : undefined,
      ),
    updateContact: (contactId, body) =>
      told(api.updateContact(body, { params: { contactId } }), (error) =>
        isErrorFromAlias(api.api, "updateContact", error) ? error.response : undefined,
      ),
    listPlans: () =>
      told(api.listPlans(), (error) =>
        isErrorFromAlias(api.api, "listPlans", error) ? error.response : undefined,
      ),
  };
}

play("openapi-zod-client", connect);
