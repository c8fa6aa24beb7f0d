import { afterEach, describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, useXo } from "./harness.ts";
import { answering } from "./health.ts";
import { byId, ofType, type VmRecord } from "./xo/estate/records.ts";
import { poolOf } from "./xo/estate/situations/capacity.ts";

const fixture = useXo({ situations: ["evacuable"] });

afterEach(() => fixture.xo.clearFaults());

const source = () => byId(fixture.xo.estate, "host", poolOf(fixture.xo.estate).master);

/** What is said of taking the master down. */
async function without(account: "admin" | "reader" = "admin"): Promise<Answer> {
  const answer = await call(signIn(fixture.xo, account), "get_capacity_report", {
    without_host_id: source().id,
  });
  const [pool] = itemsOf(answer, "pools");
  return itemsOf({ items: [pool?.["without_host"]] })[0] ?? {};
}

/** The same where the first VM on the host is changed on its way. */
async function withFirst(change: Record<string, unknown>): Promise<Answer> {
  const { estate } = fixture.xo;
  const vms = ofType(estate, "VM").map((vm) => (vm.id === first().id ? { ...vm, ...change } : vm));
  await fixture.xo.setFaults([answering("vms", vms)]);
  return without();
}

const first = (): VmRecord => {
  const { estate } = fixture.xo;
  const vm = ofType(estate, "VM").find(({ $container }) => $container === source().id);
  if (vm === undefined) throw new Error("no VM is on the host");
  return vm;
};

describe("what stops a VM", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["blocked by hand", { blockedOperations: { pool_migrate: "true" } }, "blocked by hand"],
    ["paused", { power_state: "Paused" }, "it is paused"],
    ["busy", { current_operations: { a: "clean_shutdown" } }, "going on (clean_shutdown)"],
    ["nested virtualisation", { isNestedVirtEnabled: true }, "nested virtualisation"],
    ["a PCI device", { attachedPcis: ["0000:05:00.0"] }, "PCI device is passed through"],
    [
      "no drivers",
      { pvDriversDetected: false, pvDriversVersion: undefined, managementAgentDetected: false },
      "no PV drivers",
    ],
    ["no word of its guest", { pvDriversDetected: null, pvDriversVersion: null }, "no PV drivers"],
    ["too many vCPUs", { CPUs: { number: 4, max: 128 } }, "its 128 vCPUs"],
  ])("%s", async (_case, change, why) => {
    const found = {
      verdict: "no",
    };
    const group = [{ why: expect.stringContaining(why), vms: 1, names: [first().name_label] }];
    expect(await withFirst(change)).toMatchObject({
      maintenance_mode: { ...found, blocked_vms: 1, blocked_by: group },
      by_hand: { ...found, stuck_vms: 1, stuck_by: group },
    });
  });

  test("a vGPU alone leaves it open, for NVIDIA's may move", async () => {
    expect(await withFirst({ $VGPUs: ["a"] })).toMatchObject({
      maintenance_mode: { verdict: "unknown", blocked_vms: 1 },
      by_hand: { verdict: "unknown", stuck_vms: 1 },
    });
  });

  test("drivers of the kernel without an agent do not", async () => {
    const change = { pvDriversVersion: undefined, managementAgentDetected: false };
    expect(await withFirst(change)).toMatchObject({
      maintenance_mode: { verdict: "yes" },
      by_hand: { verdict: "yes" },
    });
  });

  test("an SR-IOV interface does, a tunnel does not", async () => {
    const { xo } = fixture;
    const [vif] = first().VIFs;
    const $network = ofType(xo.estate, "VIF").find(({ id }) => id === vif)?.$network;
    const as = (device: string) =>
      ofType(xo.estate, "PIF").map((pif) =>
        pif.$network === $network ? { ...pif, device, physical: false, vlan: -1 } : pif,
      );
    await xo.setFaults([answering("pifs", as("eth5"))]);
    expect(await without()).toMatchObject({ maintenance_mode: { verdict: "no" } });
    await xo.setFaults([answering("pifs", as("tunnel0"))]);
    expect(await without()).toMatchObject({ maintenance_mode: { verdict: "yes" } });
  });

  test("a host that is enabled but does not answer stops maintenance mode", async () => {
    const { xo } = fixture;
    const last = ofType(xo.estate, "host").at(-1);
    const hosts = ofType(xo.estate, "host").map((host) =>
      host.id === last?.id ? { ...host, power_state: "Halted" } : host,
    );
    await xo.setFaults([answering("hosts", hosts)]);
    expect(await without()).toMatchObject({
      maintenance_mode: { verdict: "no", reason: expect.stringContaining("does not answer") },
      by_hand: { verdict: "yes" },
    });
  });

  test("a CPU of another maker keeps all away", async () => {
    const { xo } = fixture;
    const hosts = ofType(xo.estate, "host").map((host) =>
      host.id === source().id
        ? host
        : { ...host, CPUs: { ...Object(host["CPUs"]), vendor: "GenuineIntel" } },
    );
    await xo.setFaults([answering("hosts", hosts)]);
    expect(await without()).toMatchObject({
      maintenance_mode: { verdict: "no" },
      by_hand: { verdict: "no", stuck_by: [{ why: expect.stringContaining("GenuineIntel") }] },
    });
  });
});

/** The rights to all that decides, but one. */
function seeing(hidden: string): string {
  const resources = "pool host vm sr vdi vbd vif pif pbd network".split(" ");
  const seen = resources.filter((resource) => `${resource}s` !== hidden);
  return JSON.stringify(seen.map((resource) => ({ action: "read", resource, effect: "allow" })));
}

describe("an account that does not see all", () => {
  test("gets unknown with the reason, never yes", async () => {
    await fixture.xo.setFaults([{ match: { path: "/acl-privileges" }, body: seeing("pbds") }]);
    const reason = expect.stringContaining("storage links: this account may not see them");
    expect(await without("reader")).toMatchObject({
      maintenance_mode: { verdict: "unknown", reason },
      by_hand: { verdict: "unknown", reason },
    });
  });

  test.each(["pbds", "srs", "networks", "pifs", "vifs", "vbds", "vdis", "hosts"])(
    "without %s",
    async (hidden) => {
      const { xo } = fixture;
      const user = { ...xo.estate.users[0]?.user, permission: "none" };
      await xo.setFaults([
        { match: { path: "^/rest/v0/users/me" }, body: JSON.stringify(user) },
        { match: { path: "/acl-privileges" }, body: seeing(hidden) },
      ]);
      const reason = expect.stringMatching(/^unknown: [a-zA-Z ]+: this account may not see them$/);
      expect(await without()).toMatchObject({
        maintenance_mode: { verdict: "unknown", reason },
        by_hand: { verdict: "unknown", reason },
      });
    },
  );

  test("what XO cannot be asked leaves it open too", async () => {
    await fixture.xo.setFaults([{ match: { path: "^/rest/v0/pbds" }, status: 500 }]);
    expect(await without()).toMatchObject({
      maintenance_mode: { verdict: "unknown" },
      by_hand: { verdict: "unknown" },
    });
  });
});
