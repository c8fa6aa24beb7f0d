import { afterEach, describe, expect, test } from "bun:test";
import {
  type Answer,
  ask,
  call,
  connect,
  itemsOf,
  signIn,
  tryCall,
  useXo,
  warningsOf,
} from "./harness.ts";
import { answering } from "./health.ts";
import { byId, type HostRecord, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

// Lyon has a halted host and one in maintenance; Paris has the host with the degraded bond last.
const fixture = useXo({ pools: 2, hosts: 10, vms: 90 });

afterEach(() => fixture.xo.clearFaults());

const details = (host_id: string): Promise<Answer> =>
  call(signIn(fixture.xo), "get_host_details", { host_id });
const hostNamed = (name: string): HostRecord =>
  byId(
    fixture.xo.estate,
    "host",
    String(ofType(fixture.xo.estate, "host").find(({ name_label }) => name_label === name)?.id),
  );
const hostOf = (name: TrapName, type: "PIF" | "PBD"): HostRecord => {
  const { estate } = fixture.xo;
  const { id } = trap(estate, name);
  return byId(
    estate,
    "host",
    type === "PIF" ? byId(estate, type, id).$host : byId(estate, type, id).host,
  );
};
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
const device = (answer: Answer, name: string) =>
  itemsOf(answer, "interfaces").find((item) => item["device"] === name && !("vlan" in item));

describe("get_host_details", () => {
  test("tells what it is, in which pool, since when it runs", async () => {
    const { estate } = fixture.xo;
    const host = hostNamed("xcp-paris-01");
    const pool = byId(estate, "pool", host.$pool);
    expect(await details("xcp-paris-01")).toMatchObject({
      id: host.id,
      name_label: host.name_label,
      name_description: "pool master",
      pool: { id: pool.id, name_label: pool.name_label },
      is_master: true,
      power_state: "Running",
      in_maintenance: false,
      problems: [],
      version: "XCP-ng 8.3.0",
      started_at: iso(host.startTime),
      reboot: { needed: false },
      address: host.address,
      hardware: { cpu_model: "AMD EPYC 9354P 32-Core Processor", sockets: 2, threads_per_core: 2 },
    });
    expect(await details("xcp-paris-02")).toMatchObject({ is_master: false });
  });

  test("says where XO's rounding of the memory makes a difference", async () => {
    const { xo } = fixture;
    const host = hostNamed("xcp-lyon-01");
    const rounding = async (size: number) => {
      const record = { ...host, memory: { ...host.memory, size } };
      await xo.setFaults([answering("hosts", [record])]);
      const { memory } = await details(host.id);
      await xo.clearFaults();
      return Object(memory).rounding;
    };
    const gib = 1024 ** 3;
    // Up to one GiB of all but a hundred is no more than a hundredth.
    expect(await rounding(101 * gib)).toBeUndefined();
    expect(await rounding(100 * gib)).toContain("up to 1 GiB too high, free is exact");
    // An older XO does not round.
    expect(await rounding(16 * gib - 1)).toBeUndefined();
    expect(await details(host.id)).not.toHaveProperty("memory.rounding");
  });

  test("adds up what is committed on it, without the control domain among the VMs", async () => {
    const { estate } = fixture.xo;
    const host = hostNamed("xcp-lyon-01");
    const vms = host.residentVms
      .filter((id) => id !== host.controlDomain)
      .map((id) => byId(estate, "VM", id));
    const vcpus = vms.reduce((sum, { CPUs }) => sum + CPUs.number, 0);
    const bytes = vms.reduce((sum, { memory }) => sum + memory.size, 0);
    const running = vms.filter(({ power_state }) => power_state === "Running").length;
    const answer = await details(host.id);
    expect(answer).toMatchObject({
      cpus: {
        logical: host.cpus.cores,
        committed: vcpus,
        free: Math.max(0, host.cpus.cores - vcpus),
      },
      memory: {
        total_bytes: host.memory.size,
        used_bytes: host.memory.usage,
        vms_bytes: bytes,
        control_domain_bytes: byId(estate, "VM-controller", host.controlDomain).memory.size,
        free_bytes: host.memory.size - host.memory.usage,
      },
      vms: { total: vms.length, running, paused: vms.length - running },
    });
    const sizes = vms.map(({ memory }) => memory.size).toSorted((a, b) => b - a);
    const residents = itemsOf(answer, "resident_vms");
    expect(residents.map(({ memory_bytes }) => memory_bytes)).toEqual(sizes);
    expect(residents.map(({ name_label }) => name_label).toSorted()).toEqual(
      vms.map(({ name_label }) => name_label).toSorted(),
    );
  });

  test("counts the paused VM that is on it, and not the suspended one that was", async () => {
    const { estate } = fixture.xo;
    const paused = byId(estate, "VM", trap(estate, "paused-vm").id);
    const residents = itemsOf(await details(paused.$container), "resident_vms");
    expect(residents.filter(({ power_state }) => power_state === "Paused")).toMatchObject([
      { name_label: paused.name_label, memory_bytes: paused.memory.size },
    ]);
    const suspended = byId(estate, "VM", trap(estate, "suspended-vm").id);
    for (const { id } of ofType(estate, "host")) {
      const names = itemsOf(await details(id), "resident_vms").map((vm) => vm["name_label"]);
      expect(names).not.toContain(suspended.name_label);
    }
  });

  test("says why it needs a reboot", async () => {
    const { name_label } = byId(
      fixture.xo.estate,
      "host",
      trap(fixture.xo.estate, "reboot-host").id,
    );
    const answer = await details(name_label);
    expect(answer).toMatchObject({
      reboot: { needed: true, reason: expect.stringContaining("patches were installed at") },
      problems: [expect.stringContaining("needs a reboot: patches were installed")],
    });
  });

  test("tells when its certificate ends, and nothing of a licence that never does", async () => {
    const { estate, now } = fixture.xo;
    const host = byId(estate, "host", trap(estate, "certificate-host").id);
    const [certificate] = host.certificates;
    const ends = Number(certificate?.notAfter);
    const left = Math.floor(ends - now / 1000) / 86_400;
    const [ending, ...more] = itemsOf(await details(host.id), "endings");
    expect(ending).toMatchObject({ what: "certificate", ends_at: iso(ends) });
    expect(Number(ending?.["days_left"])).toBeWithin(Math.floor(left) - 1, Math.ceil(left) + 1);
    expect(more).toEqual([]);
  });

  describe("of its interfaces", () => {
    test("takes one in use without carrier for a problem, and a spare one not", async () => {
      const host = hostOf("carrierless-pif", "PIF");
      const answer = await details(host.id);
      expect(answer).toMatchObject({ problems: ["eth1: no link"] });
      expect(device(answer, "eth1")).toMatchObject({
        link: "down",
        network: "Storage",
        problem: "no link",
      });
      expect(device(answer, "eth4")).toMatchObject({ link: "unused" });
      expect(device(answer, "eth4")).not.toHaveProperty("problem");
    });

    test("sees that a bond is degraded, though the bond itself has a carrier", async () => {
      const host = hostOf("degraded-bond", "PIF");
      const answer = await details(host.id);
      expect(
        byId(fixture.xo.estate, "PIF", trap(fixture.xo.estate, "degraded-bond").id),
      ).toMatchObject({ carrier: true });
      expect(device(answer, "bond0")).toMatchObject({
        kind: "bond",
        link: "up",
        ports: 2,
        ports_up: 1,
        problem: "bond degraded: eth3 without a link, 1 of 2 up",
      });
      expect(device(await details("xcp-lyon-01"), "bond0")).toMatchObject({ ports_up: 2 });
    });

    test("has all of them, with VLAN, address, and network by name", async () => {
      const { estate } = fixture.xo;
      const host = hostNamed("xcp-lyon-02");
      const wanted = ofType(estate, "PIF")
        .filter(({ $host }) => $host === host.id)
        .map(({ device: name, vlan, $network, mac, ip }) => ({
          device: name,
          ...(vlan === -1 ? {} : { vlan }),
          ...(ip === "" ? {} : { ip }),
          mac,
          network: byId(estate, "network", $network).name_label,
        }));
      const told = itemsOf(await details(host.id), "interfaces");
      expect(told).toHaveLength(wanted.length);
      expect(told).toEqual(
        expect.arrayContaining(wanted.map((each) => expect.objectContaining(each))),
      );
      expect(told.filter(({ management }) => management === true)).toMatchObject([
        { device: "eth0", ip: host.address },
      ]);
    });
  });

  describe("of its storage", () => {
    test("takes an unplugged link for a problem", async () => {
      const { estate } = fixture.xo;
      const host = hostOf("unplugged-pbd", "PBD");
      const sr = byId(estate, "SR", byId(estate, "PBD", trap(estate, "unplugged-pbd").id).SR);
      const answer = await details(host.id);
      const links = itemsOf(answer, "storage");
      const unplugged = links.filter(({ plugged }) => plugged !== true);
      expect(unplugged.filter((link) => "problem" in link)).toMatchObject([
        { id: sr.id, name_label: sr.name_label, shared: true, problem: "link unplugged" },
      ]);
      expect(unplugged.filter((link) => !("problem" in link))).toMatchObject([
        { id: trap(estate, "maintenance-sr").id, in_maintenance: true },
      ]);
      expect(links).toHaveLength(host.$PBDs.length);
      expect(answer["problems"]).toContain(`${sr.name_label}: link unplugged`);
    });

    test("says how full each is, and nothing of that for a drive", async () => {
      const { estate } = fixture.xo;
      const full = byId(estate, "SR", trap(estate, "full-sr").id);
      const links = itemsOf(await details("xcp-paris-01"), "storage");
      expect(links.find(({ id }) => id === full.id)).toMatchObject({
        used_percent: Math.round((full.physical_usage / full.size) * 1000) / 10,
        size_bytes: full.size,
      });
      const drive = links.find(({ type }) => type === "udev");
      expect(drive).toMatchObject({ plugged: true });
      expect(drive).not.toHaveProperty("used_percent");
    });

    test("misses the link to a shared storage of the pool that is not there at all", async () => {
      const { xo } = fixture;
      const host = hostNamed("xcp-lyon-01");
      const pbds = ofType(xo.estate, "PBD").filter((pbd) => pbd.host === host.id);
      const [lost] = pbds.filter(({ SR }) => byId(xo.estate, "SR", SR).shared);
      const body = JSON.stringify(pbds.filter((pbd) => pbd !== lost));
      await xo.setFaults([{ match: { path: "/pbds\\?" }, body }]);
      const links = itemsOf(await details(host.id), "storage");
      expect(links.filter(({ problem }) => problem !== undefined)).toMatchObject([
        { id: lost?.SR, plugged: false, problem: "shared, but not linked to this host" },
      ]);
    });
  });

  describe("of its patches", () => {
    test("names what it lacks itself, whatever its pool lacks", async () => {
      const { estate } = fixture.xo;
      const host = hostNamed("xcp-paris-01");
      const names = (estate.missingPatches.get(host.id) ?? []).map(({ name }) => String(name));
      expect(names).not.toEqual([]);
      expect(await details(host.id)).toMatchObject({
        missing_patches: {
          known: true,
          total: names.length,
          names: names.toSorted().map((name) => expect.stringContaining(name)),
        },
      });
      const last = hostNamed("xcp-paris-05");
      expect(estate.missingPatches.has(last.id)).toBe(false);
      expect(await details(last.id)).toMatchObject({ missing_patches: { known: true, total: 0 } });
    });

    test("says that this XO may not tell, instead of none or an error", async () => {
      const { xo } = fixture;
      const data = { featureCode: "LIST_MISSING_PATCHES", currentPlan: 1, minPlan: 2 };
      const body = JSON.stringify({ error: "feature Unauthorized", data });
      await xo.setFaults([{ match: { path: "missing_patches" }, status: 403, body }]);
      const { missing_patches, power_state } = await details("xcp-paris-01");
      expect(power_state).toBe("Running");
      expect(missing_patches).toEqual({ known: false, reason: expect.stringContaining("edition") });
    });

    test("gives up on them in time for the rest", async () => {
      const { xo } = fixture;
      await xo.setFaults([{ match: { path: "missing_patches" }, delayMs: 10_000 }]);
      const env = { ...signIn(xo), XO_TIMEOUT: "3" };
      const answer = await call(env, "get_host_details", { host_id: "xcp-paris-01" });
      expect(answer).toMatchObject({
        missing_patches: { known: false, reason: expect.stringContaining("in time") },
        vms: { total: expect.any(Number) },
      });
    });
  });

  test("has the alarms of the host and of its control domain, and of nothing else", async () => {
    const { xo } = fixture;
    const { estate } = xo;
    const { $object, time } = byId(estate, "message", trap(estate, "alarm-bond").id);
    const { controlDomain } = byId(estate, "host", $object);
    const about = ofType(estate, "message").filter(
      ({ name, $object: id }) =>
        /^(?:ALARM|BOND_STATUS_CHANGED)$/.test(name) && [$object, controlDomain].includes(id),
    );
    const alarms = Object(await details($object))["alarms"];
    expect(alarms).toMatchObject({ total: about.length });
    expect(itemsOf(alarms, "latest")).toContainEqual(
      expect.objectContaining({ raised_at: iso(time), object_type: "host", object_id: $object }),
    );
    await xo.clearRequests();
    await details("xcp-lyon-01");
    const [asked] = (await xo.requests()).filter(({ path }) => path.includes("/alarms?"));
    expect(decodeURIComponent(asked?.path ?? "")).toContain(hostNamed("xcp-lyon-01").controlDomain);
  });

  describe("that does not run", () => {
    test("leaves unknown what only a running host tells", async () => {
      const answer = await details("xcp-lyon-04");
      expect(answer).toMatchObject({
        power_state: "Halted",
        problems: ["the host does not run (Halted)"],
        missing_patches: { known: false, reason: "the host does not run" },
      });
      for (const name of ["memory", "started_at", "in_maintenance"]) {
        expect(answer).not.toHaveProperty(name);
      }
      expect(warningsOf(answer)).toContain("its memory, links and patches are unknown");
      // Its links are down with it, which is no fault of theirs.
      for (const { link } of itemsOf(answer, "interfaces")) expect(link).toBe("unknown");
      for (const item of itemsOf(answer, "storage")) expect(item).not.toHaveProperty("problem");
    });

    test("is not the one in maintenance, which does", async () => {
      expect(await details("xcp-lyon-05")).toMatchObject({
        power_state: "Running",
        in_maintenance: true,
        problems: ["in maintenance: it takes no VM"],
      });
    });
  });

  describe("when something is missing", () => {
    test.each([
      ["vms", "what is on it", "resident_vms"],
      ["pifs", "its network interfaces", "interfaces"],
      ["pbds", "its storage links", "storage"],
      ["alarms", "its alarms", "alarms"],
    ])("goes on without %s, and says so", async (collection, what, key) => {
      const { xo } = fixture;
      await xo.setFaults([{ match: { path: `/${collection}\\?` }, status: 500, body: "{}" }]);
      const answer = await details("xcp-paris-01");
      expect(answer).toMatchObject({ name_label: "xcp-paris-01" });
      expect(answer).not.toHaveProperty(key);
      expect(warningsOf(answer)).toContain(`Unknown here: ${what}.`);
    });

    test("names the nearest host when there is none of that name", async () => {
      const outcome = await tryCall(signIn(fixture.xo), "get_host_details", {
        host_id: "xcp-lyon-44",
      });
      expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
      expect(outcome.stderr).toContain("No host has the name or UUID xcp-lyon-44. Did you mean");
    });
  });

  test("asks for each collection once, for the fields it uses", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const answer = await details("xcp-paris-01");
    const paths = (await xo.requests()).map(({ path }) => path.replace("/rest/v0/", ""));
    const collections = paths.filter((path) => path.includes("fields="));
    const names = collections.map((path) => path.split("?")[0]);
    // Whether a pool is missing is asked of all pools, the master of its own alone.
    const once = names.filter((name) => name !== "pools");
    expect(new Set(once).size).toBe(once.length);
    expect(paths.length).toBeLessThanOrEqual(18);
    expect(collections.filter((path) => /fields=(?:\*|[^&]*otherConfig(?!\.))/.test(path))).toEqual(
      [],
    );
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });

  test("cuts the list of VMs when the budget is small, and says how many there are", async () => {
    const client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "5000" });
    const answer = await ask(client, "get_host_details", { host_id: "xcp-paris-01" });
    await client.close();
    expect(JSON.stringify(answer).length).toBeLessThan(5_000);
    expect(warningsOf(answer)).toContain("the answer would be too long");
    const { residentVms } = hostNamed("xcp-paris-01");
    expect(answer).toMatchObject({ vms: { total: residentVms.length - 1 } });
  });
});
