import { describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";

const fixture = useXo();

const idsOf = (answer: Answer): string[] => {
  return itemsOf(answer)
    .map(({ id }) => String(id))
    .toSorted();
};

describe("list_vms", () => {
  test("counts every match, whatever the page", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo), "list_vms", { filter: "power_state:Running", limit: 3 });
    const running = ofType(xo.estate, "VM").filter(({ power_state }) => power_state === "Running");
    expect(answer).toMatchObject({ total: running.length, returned: 3, next_offset: 3 });
  });

  test("has VMs alone: no templates, snapshots or control domains", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo), "list_vms");
    const ids = ofType(xo.estate, "VM").map(({ id }) => id);
    expect(answer).toMatchObject({ total: ids.length, returned: ids.length });
    expect(answer).not.toHaveProperty("next_offset");
    expect(idsOf(answer)).toEqual(ids.toSorted());
  });

  test("tells name, state, CPUs and memory of each when no fields are named", async () => {
    const { xo } = fixture;
    const { id } = trap(xo.estate, "hot-add-vm");
    const vm = byId(xo.estate, "VM", id);
    const answer = await call(signIn(xo), "list_vms", { filter: `id:${id}` });
    expect(itemsOf(answer)).toEqual([
      {
        id,
        name_label: vm.name_label,
        power_state: "Running",
        CPUs: { number: 2 },
        memory: { size: vm.memory.size },
      },
    ]);
  });

  test("finds the VMs of a host by the host's name, without those that are on no host", async () => {
    const { xo } = fixture;
    const host = byId(xo.estate, "host", trap(xo.estate, "reboot-host").id);
    const answer = await call(signIn(xo), "list_vms", { host_id: host.name_label, fields: "id" });
    const domain = host.controlDomain;
    const resident = host.residentVms.filter((id) => id !== domain);
    expect(answer).toMatchObject({ total: resident.length });
    expect(idsOf(answer)).toEqual(resident.toSorted());
  });

  test("narrows a host's VMs by the caller's filter", async () => {
    const { xo } = fixture;
    const { id } = trap(xo.estate, "paused-vm");
    const { $container, $pool } = byId(xo.estate, "VM", id);
    const within = {
      pool_id: $pool,
      host_id: $container,
      filter: "|(power_state:Paused tags:none)",
    };
    expect(itemsOf(await call(signIn(xo), "list_vms", within))).toMatchObject([{ id }]);
  });

  test("puts the biggest first with -memory.size", async () => {
    const { xo } = fixture;
    const { id } = trap(xo.estate, "biggest-vm");
    const answer = await call(signIn(xo), "list_vms", { sort: "-memory.size", limit: 1 });
    expect(itemsOf(answer)).toMatchObject([{ id }]);
  });

  test("finds the VM without a name, which is written as an empty pattern", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo), "list_vms", { filter: "name_label:/^$/" });
    expect(itemsOf(answer)).toMatchObject([{ id: trap(xo.estate, "empty-name").id }]);
  });

  test("warns that a lost pool's VMs are missing instead of answering none", async () => {
    const { xo } = fixture;
    const [server] = xo.estate.servers;
    const id = String(server?.id);
    await xo.disconnectServer(id);
    const answer = await call(signIn(xo), "list_vms");
    await xo.reconnectServer(id);
    expect(answer).toMatchObject({ total: 0, items: [] });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.label}`);
  });

  test("warns an account with a role that it sees a part only", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo, "reader"), "list_vms", { limit: 1 });
    const { length } = ofType(xo.estate, "VM");
    expect(answer).toMatchObject({ total: length, of: "what this account may see" });
  });

  test("refuses a host of no known name", async () => {
    const outcome = await tryCall(signIn(fixture.xo), "list_vms", { host_id: "xcp-paris-99" });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain("No host has the name or UUID xcp-paris-99. Did you mean");
  });
});
