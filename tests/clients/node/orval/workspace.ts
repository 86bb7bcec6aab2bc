import { url } from "../scenarios/answers";
import { told } from "../scenarios/orval";
import { type Client, type Contact, type Project, type Task, play } from "../scenarios/workspace";
import * as api from "./workspace/src/api";
import { settings } from "./workspace/src/fetcher";

settings.baseUrl = url;

function connect(token?: string): Client {
  const options = token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
  return {
    createProject: (key, body) => told<Project>(api.createProject(body, { "Idempotency-Key": key }, options)),
    updateProject: (id, body) => told<Project>(api.updateProject(id, body, options)),
    listTasks: (project, query) => told(api.listTasks(project, query, options)),
    createTask: (project, body) => told<Task>(api.createTask(project, body, {}, options)),
    getTask: (place) => told<Task>(api.getTask(place.project_id, place.task_id, {}, options)),
    replaceTask: (place, version, body) =>
      told<Task>(api.replaceTask(place.project_id, place.task_id, body, { "If-Match": version }, options)),
    updateTask: (place, body) => told<Task>(api.updateTask(place.project_id, place.task_id, body, {}, options)),
    completeTask: (place) => told<Task>(api.completeTask(place.project_id, place.task_id, options)),
    listContacts: (query) => told(api.listContacts(query, options)),
    createContact: (body) => told<Contact>(api.createContact(body, options)),
    updateContact: (id, body) => told<Contact>(api.updateContact(id, body, options)),
    listPlans: () => told(api.listPlans({}, options)),
  };
}

play("orval", connect);
