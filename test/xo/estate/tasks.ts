import { canary } from "./canary.ts";
import type { StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";
import { HOUR, taskId, type World } from "./world.ts";

/** XO's own tasks, oldest first: finished, failed and still running. */
export function makeTasks(world: World): StoredRecord[] {
  const admin = uuidOf("user/admin");
  const [site] = world.sites;
  const [vm] = site?.vms ?? [];
  const task = (age: number, status: string, more: Record<string, unknown>): StoredRecord => {
    const start = world.now - age * 1000;
    const end = start + 150;
    return {
      id: taskId(start, `${status}/${age}`),
      start,
      status,
      updatedAt: end,
      ...(status === "pending" ? {} : { end }),
      ...more,
    };
  };
  const call = (method: string, params: Record<string, unknown>) => ({
    properties: { name: `API call: ${method}`, type: "api.call", method, params, userId: admin },
  });

  const tasks = [
    task(30 * HOUR, "success", {
      properties: {
        name: "REST API: connect server",
        objectId: uuidOf(`server/${site?.place}`),
        objectType: "server",
        type: "xo:rest-api:action",
        userId: admin,
      },
    }),
    task(26 * HOUR, "success", {
      ...call("server.add", { host: "192.0.2.99", password: canary("task-password") }),
      result: { token: canary("task-result-token") },
    }),
    task(20 * HOUR, "failure", {
      ...call("remote.test", { id: uuidOf("remote/full"), url: canary("task-params-url") }),
      result: {
        code: "EAUTH",
        message: `mount error: access denied for backup:${canary("task-result-message")}`,
        name: "Error",
        stack: `Error: access denied\n    at mount (password=${canary("task-stack")})`,
      },
    }),
    task(9 * HOUR, "failure", {
      properties: {
        name: "XO user authentication",
        type: "xo:authentication:authenticateUser",
        credentials: { username: "admin@example.org", password: "* obfuscated *" },
        userData: { ip: "192.0.2.7" },
      },
      result: { code: 3, message: "invalid credentials", name: "XoError" },
    }),
    task(5 * HOUR, "pending", {
      properties: {
        name: "Rolling pool update",
        objectId: site?.pool.id,
        objectType: "pool",
        progress: 42,
        type: "xo:pool:rollingUpdate",
        userId: admin,
      },
      tasks: [task(5 * HOUR - 60, "pending", { properties: { name: "Evacuate host" } })],
    }),
    task(HOUR / 6, "pending", {
      ...call("vm.snapshot", { id: vm?.id }),
    }),
    task(HOUR / 2, "interrupted", { ...call("vm.migrate", { id: vm?.id }) }),
  ];
  const failed = tasks[2];
  const pending = tasks[4];
  if (failed !== undefined && pending !== undefined) {
    world.trap("task-failed", failed.id);
    world.trap("task-pending", pending.id);
  }
  return tasks;
}
