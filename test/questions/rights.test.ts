import { describe, expect, test } from "bun:test";
import { health } from "../health.ts";
import { call, itemsOf, signIn, tryCall, useXo, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { byId, ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask, type Question } from "./ask.ts";

const vmIn = (estate: Estate) => byId(estate, "VM", trap(estate, "night-cpu").id);

const poolIn = (estate: Estate) => {
  const [pool] = ofType(estate, "pool");
  if (pool === undefined) throw new Error("the estate has no pool");
  return pool;
};

const hostIn = (estate: Estate) => byId(estate, "host", poolIn(estate).master);

const storageIn = (estate: Estate) => byId(estate, "SR", trap(estate, "full-sr").id);

const questions: Question[] = [
  {
    asks: "(one who may read all) Which VMs are there?",
    as: "role-read-only",
    tool: "list_vms",
    answers: (answer, estate) => {
      expect(answer).toMatchObject({ total: ofType(estate, "VM").length });
      expect(JSON.stringify(answer)).not.toContain("this account may");
    },
  },
  {
    asks: "(one who sees no hosts) Do ten more VMs fit?",
    as: "no-host",
    tool: "get_capacity_report",
    args: { new_vms: 10 },
    answers: (answer) => {
      const [pool] = itemsOf(answer, "pools");
      for (const part of ["new_vms", "without_host", "hosts"])
        expect(pool).not.toHaveProperty(part);
      expect(warningsOf(answer)).toMatch(/pools\.new_vms.*hosts: this account may not see them/);
    },
  },
  {
    asks: "(one who sees no storage) Can I take the master down?",
    as: "no-sr",
    tool: "get_capacity_report",
    args: (estate) => ({ without_host_id: poolIn(estate).master }),
    answers: (answer) => {
      expect(itemsOf(answer, "pools")[0]).toMatchObject({
        without_host: {
          by_hand: {
            verdict: "unknown",
            reason: expect.stringContaining("storages: this account"),
          },
        },
      });
    },
  },
  {
    asks: "(a team that sees its VMs) How is the pool?",
    as: "team",
    tool: "get_pool_dashboard",
    args: (estate) => ({ pool_id: poolIn(estate).id }),
    answers: (answer, estate) => {
      const { id } = poolIn(estate);
      const vms = ofType(estate, "VM").filter(({ $pool }) => $pool === id);
      const hosts = ofType(estate, "host").filter(({ $pool }) => $pool === id);
      const web = vms.filter(({ tags }) => tags.some((tag) => tag.includes("web")));
      for (const part of ["vms", "hosts"]) expect(answer).not.toHaveProperty(part);
      expect(warningsOf(answer)).toContain(
        `vms (XO counts ${vms.length}, this account may see ${web.length})`,
      );
      expect(warningsOf(answer)).toContain(
        `hosts (XO counts ${hosts.length}, this account may see 0)`,
      );
      expect(warningsOf(answer)).not.toContain("ask again in a minute");
    },
  },
  {
    asks: "(one who sees VMs alone) Has this VM a snapshot?",
    as: "role-vms-reader",
    tool: "get_vm_details",
    args: (estate) => ({ vm_id: vmIn(estate).id }),
    answers: (answer, estate) => {
      const { $VBDs, VIFs } = vmIn(estate);
      for (const part of ["disks", "interfaces"]) expect(answer).not.toHaveProperty(part);
      expect(warningsOf(answer)).toContain(`disks (${$VBDs.length} drive`);
      expect(warningsOf(answer)).toContain(`interfaces (${VIFs.length} interface`);
      expect(warningsOf(answer)).toContain("not shown to this account");
    },
  },
  {
    asks: "(one who sees no links) What is wrong with this host?",
    as: "no-pbd",
    tool: "get_host_details",
    args: (estate) => ({ host_id: hostIn(estate).id }),
    answers: (answer) => {
      expect(answer).not.toHaveProperty("storage");
      expect(JSON.stringify(answer)).not.toContain("not linked");
      expect(warningsOf(answer)).toContain("storage links: this account may not see them");
    },
  },
  {
    asks: "(one who sees no VMs) How busy is this host?",
    as: "no-vm",
    tool: "get_host_details",
    args: (estate) => ({ host_id: hostIn(estate).id }),
    answers: (answer, estate) => {
      const count = hostIn(estate).residentVms.length - 1;
      expect(answer).not.toHaveProperty("vms");
      expect(answer).not.toHaveProperty("resident_vms");
      expect(answer).toMatchObject({ cpus: { logical: expect.any(Number) } });
      expect(answer).not.toHaveProperty("cpus.free");
      expect(warningsOf(answer)).toContain(`(${count} VM${count === 1 ? "" : "s"}, not shown to`);
    },
  },
  {
    asks: "(one who sees no VMs) Who uses this storage?",
    as: "no-vm",
    tool: "get_sr_details",
    args: (estate) => ({ sr_id: storageIn(estate).id }),
    answers: (answer) => {
      expect(answer).not.toHaveProperty("users");
      expect(warningsOf(answer)).toContain("VMs: this account may not see them");
    },
  },
  {
    asks: "(one who sees no interfaces of VMs) Which networks does nobody use?",
    as: "no-vif",
    tool: "list_networks",
    answers: (answer) => {
      expect(itemsOf(answer).filter((item) => "vms" in item)).toEqual([]);
      expect(warningsOf(answer)).toMatch(
        /items\.vms.*\(VM interfaces: this account may not see them/,
      );
    },
  },
  {
    asks: "(one who sees no templates) Which snapshots are of a VM that is gone?",
    as: "no-vm-template",
    tool: "list_snapshots",
    args: { kind: "orphan" },
    answers: (answer) => {
      expect(answer).toMatchObject({ of: "what this account may see" });
    },
  },
  {
    asks: "(a backup operator) Is everything backed up?",
    as: "backup-operator",
    tool: "get_backup_coverage",
    answers: (answer) => {
      expect(answer).toMatchObject({ total: 0, of: "what this account may see" });
      for (const part of ["counts", "without_good_run"]) expect(answer).not.toHaveProperty(part);
      expect(warningsOf(answer)).toContain(
        "That nothing is listed does not say that there is nothing (VMs: this account may not see",
      );
    },
  },
  {
    asks: "(one who sees no alarms) What happened since yesterday?",
    as: "no-alarm",
    tool: "list_events",
    answers: (answer) => {
      expect(answer).not.toHaveProperty("by_kind.alarm");
      expect(warningsOf(answer)).toContain("by_kind.alarm (alarms: this account may not see them)");
    },
  },
  {
    asks: "(one who sees no interfaces) Who has this MAC?",
    as: "no-vif",
    tool: "find_objects",
    args: (estate) => ({ query: ofType(estate, "VIF")[0]?.MAC }),
    answers: (answer) => {
      expect(answer).toMatchObject({ total: 0, of: "what this account may see" });
      expect(warningsOf(answer)).toContain("(VM interfaces: this account may not see them)");
    },
  },
  {
    asks: "(one who sees VMs alone) How big is all this?",
    as: "role-vms-reader",
    tool: "get_infrastructure_summary",
    answers: (answer, estate) => {
      expect(answer).toMatchObject({ vms: { total: ofType(estate, "VM").length } });
      for (const part of ["pools", "hosts", "memory", "storage", "by_pool"]) {
        expect(answer).not.toHaveProperty(part);
      }
    },
  },
  // Siblings: who is denied some, who sees one pool, whose VM is shown with all that it has.
  {
    asks: "(one who is denied some VMs) How many VMs are there?",
    as: "but-web",
    tool: "get_infrastructure_summary",
    answers: (answer) => {
      expect(answer).not.toHaveProperty("vms");
      expect(answer).toHaveProperty("hosts.total");
      expect(warningsOf(answer)).toContain("VMs: this account may see only some");
    },
  },
  {
    asks: "(one who sees one pool) Do two more VMs fit there?",
    as: "reader",
    tool: "get_capacity_report",
    args: (estate) => ({ pool_id: poolIn(estate).id, new_vms: 2 }),
    answers: (answer) => {
      expect(itemsOf(answer, "pools")[0]).toMatchObject({
        new_vms: { count: 2, now: { room_for: expect.any(Number) } },
      });
    },
  },
  {
    asks: "(one who sees half of the interfaces) Which has this VM, all of whose are shown?",
    as: "half-vif",
    tool: "get_vm_details",
    args: (estate) => ({ vm_id: allShown(estate).id }),
    answers: (answer, estate) => {
      expect(itemsOf(answer, "interfaces")).toHaveLength(allShown(estate).VIFs.length);
      expect(warningsOf(answer)).not.toContain("interfaces");
    },
  },
  {
    asks: "(a storage administrator) What may I not see, and what is silent for that?",
    as: "role-storage-administrator",
    tool: "check_connection",
    answers: (answer) => {
      for (const name of ["list_srs", "check_connection"]) {
        expect(answer["silent_tools"]).not.toContain(name);
      }
      expect(answer).toMatchObject({
        not_seen: expect.arrayContaining(["host", "pool", "vm"]),
        silent_tools: expect.arrayContaining(["list_vms", "get_vm_details", "get_update_status"]),
        limited_tools: expect.arrayContaining(["list_srs", "get_sr_details"]),
      });
    },
  },
  {
    asks: "(one who sees a pool without its tasks and backups) Which tools are silent for that?",
    as: "reader",
    tool: "check_connection",
    answers: (answer) => {
      // Alarms and messages are events, too.
      expect(answer["silent_tools"]).not.toContain("list_events");
      expect(answer["limited_tools"]).toContain("list_events");
    },
  },
];

/** A VM all of whose interfaces have ids that a halved account sees. */
function allShown(estate: Estate) {
  const found = ofType(estate, "VM").find(
    ({ VIFs }) => VIFs.length > 0 && VIFs.every((id) => /[0-7]$/.test(id)),
  );
  if (found === undefined) throw new Error("no VM has such interfaces");
  return found;
}

ask(questions, ["accounts-of-roles"]);

describe("an edition without roles", () => {
  const fixture = useXo({ situations: ["edition-without-roles"] });

  test("is said as such, by check and by every tool", async () => {
    const env = signIn(fixture.xo, "reader");
    const report = await call(env, "check_connection");
    expect(itemsOf(report, "steps").find(({ step }) => step === "account")).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("has no roles: only administrators can read"),
    });
    for (const tool of ["list_vms", "get_infrastructure_summary", "get_health_report"]) {
      const { stderr, exitCode } = await tryCall(env, tool);
      expect({ tool, exitCode }).toEqual({ tool, exitCode: 1 });
      expect(stderr).toContain("only administrators can read");
    }
    expect(await call(signIn(fixture.xo), "list_vms")).toHaveProperty("total");
  });
});

ask(
  [
    {
      asks: "Which hosts get no updates any more?",
      tool: "get_update_status",
      answers: (answer, estate) => {
        const [first] = ofType(estate, "host");
        const old = ofType(estate, "host").filter(({ $pool }) => $pool === first?.$pool);
        expect(answer["end_of_support"]).toMatchObject({
          known: true,
          hosts: old.length,
          versions: ["XCP-ng 8.2.1"],
          names: old
            .map(({ name_label }) => name_label)
            .toSorted()
            .slice(0, 20),
        });
      },
    },
    {
      asks: "Has a licence ended?",
      tool: "get_health_report",
      args: { checks: ["licence-ended"] },
      answers: (answer, estate) => {
        const [host] = ofType(estate, "host").filter(
          ({ power_state }) => power_state === "Running",
        );
        expect(itemsOf(answer, "findings")).toMatchObject([
          { check: "licence-ended", severity: "warning", objects: [{ id: host?.id }] },
        ]);
      },
    },
    {
      asks: "How many CPUs are there, and how many of them run?",
      tool: "get_infrastructure_summary",
      answers: (answer, estate) => {
        const cores = (hosts: { cpus: { cores: number } }[]) =>
          hosts.reduce((sum, { cpus }) => sum + cpus.cores, 0);
        const all = ofType(estate, "host");
        const up = all.filter(({ power_state }) => power_state === "Running");
        expect(answer).toMatchObject({ cpus: { logical: cores(up) } });
        // All of a small estate run.
        const withOff = up.length < all.length ? cores(all) : undefined;
        expect(answer["cpus_with_hosts_off"]).toBe(withOff);
      },
    },
  ],
  ["pool-out-of-support", "licence-ended"],
);

describe("the end of support", () => {
  const fixture = useXo();
  const counting = (nHostsEol: unknown) => ({
    match: { path: "^/rest/v0/dashboard" },
    body: `${JSON.stringify({ missingPatches: { nHostsFailed: 0, nHostsEol } })}\n`,
  });
  const status = async (nHostsEol: unknown) => {
    const { xo } = fixture;
    await xo.setFaults([counting(nHostsEol)]);
    const answer = await call(signIn(xo), "get_update_status");
    await xo.clearFaults();
    return answer["end_of_support"];
  };

  test("is unknown where XO does not tell, and none where it counts none", async () => {
    expect(await status({ isEmpty: true })).toMatchObject({ known: false });
    expect(await status(0)).toEqual({ known: true, hosts: 0 });
    const reader = await call(signIn(fixture.xo, "reader"), "get_update_status");
    expect(reader["end_of_support"]).toMatchObject({
      known: false,
      reason: expect.stringContaining("for administrators"),
    });
  });

  test("names no host where the number does not settle which", async () => {
    // No choice of versions is so many hosts.
    const { length } = ofType(fixture.xo.estate, "host");
    expect(await status(length + 1)).toEqual({
      known: true,
      hosts: length + 1,
      reason: "XO tells how many of all pools, not which",
    });
  });
});

test("health's check of links is unknown without the links, and with half of the servers no pool is called lost", async () => {
  // One XO for both.
  expect.hasAssertions();
  const { xo } = linked;
  const links = await health(signIn(xo, "no-pbd"), { checks: ["storage-link-unplugged"] });
  expect(links.found.size).toBe(0);
  expect(links.unknown.get("storage-link-unplugged")).toContain("storage links: this account");
  const servers = await health(signIn(xo, "half-server"), { checks: ["server-disconnected"] });
  expect(servers.found.size).toBe(0);
  expect(servers.unknown.get("server-disconnected")).toContain("connections to pools");
});

const linked = useXo({ situations: ["accounts-of-roles"] });
