import { afterEach, describe, expect, test } from "bun:test";
import { call, type Answer, itemsOf, signIn, useXo } from "./harness.ts";
import type { Estate } from "./xo/estate/estate.ts";
import {
  byId,
  type HostRecord,
  isType,
  ofType,
  type VmRecord,
  promisedOn,
} from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

// Four pools: Lyon has a host that is down and one in maintenance, Berlin an older host and no
// default storage, Oslo a local one and licences that end soon.
const fixture = useXo({ pools: 4, hosts: 20, vms: 160 });

afterEach(() => fixture.xo.clearFaults());

const day = 86_400;

type Ids = (estate: Estate) => string[];

const traps =
  (...names: TrapName[]): Ids =>
  (estate) =>
    names.map((name) => trap(estate, name).id);

/** Disks without a VM that need none. */
const noOrphans = ["pvs-cache-vdi", "suspend-vdi", "empty-vdi", "removable-vdi"] as const;

const poolId = (estate: Estate, name: string): string =>
  String(ofType(estate, "pool").find(({ name_label }) => name_label.startsWith(name))?.id);

const hosts = (matching: (host: HostRecord, estate: Estate) => boolean): Ids => {
  return (estate) => idsOf(ofType(estate, "host").filter((host) => matching(host, estate)));
};

const vms = (matching: (vm: VmRecord, estate: Estate) => boolean): Ids => {
  return (estate) => idsOf(ofType(estate, "VM").filter((vm) => matching(vm, estate)));
};

const idsOf = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);

const lastHours = (estate: Estate, hours: number): Answer[] =>
  ofType(estate, "message").filter(
    ({ name, time, body }) =>
      ["ALARM", "BOND_STATUS_CHANGED", "MULTIPATH_PERIODIC_ALERT"].includes(name) &&
      !body.includes("2/2 up") &&
      estate.now / 1000 - time < hours * 3600,
  );

const ofDownHost =
  (type: "PIF" | "PBD"): Ids =>
  (estate) => {
    const [down] = hosts(({ power_state }) => power_state === "Halted")(estate);
    const on = [...estate.objects.values()].filter(
      (record) => record.type === type && [record["$host"], record["host"]].includes(down),
    );
    expect(on.length).toBeGreaterThan(0);
    return idsOf(on);
  };

interface Case {
  check: string;
  /** The ids that a right answer has, by the estate's own truth. */
  cases: Ids;
  /** Ids that a careless rule would have as well. */
  misses: Ids;
}

const table: Case[] = [
  {
    check: "server-disconnected",
    cases: traps("disconnected-server"),
    misses: ({ servers }) => idsOf(servers.filter(({ status }) => status === "connected")),
  },
  {
    check: "host-down",
    cases: hosts(({ power_state }) => power_state === "Halted"),
    misses: hosts(({ power_state, enabled }) => power_state === "Running" && !enabled),
  },
  {
    check: "host-disabled",
    cases: hosts(({ power_state, enabled }) => power_state === "Running" && !enabled),
    misses: hosts(({ power_state }) => power_state === "Halted"),
  },
  {
    check: "host-needs-reboot",
    cases: traps("reboot-host"),
    misses: hosts(({ rebootRequired }) => !rebootRequired),
  },
  {
    check: "host-versions-differ",
    cases: hosts(({ version }) => version === "8.2.1"),
    // Another product, but the same on all hosts of its pool.
    misses: hosts(({ productBrand }) => productBrand === "XenServer"),
  },
  {
    check: "certificate-ends-soon",
    cases: traps("certificate-host"),
    misses: hosts((host, { now }) => Number(host["license_expiry"]) < now / 1000 + 30 * day),
  },
  {
    check: "interface-without-carrier",
    cases: traps("carrierless-pif"),
    misses: (estate) => [
      ...traps("spare-pif", "degraded-bond-slave")(estate),
      ...ofDownHost("PIF")(estate),
    ],
  },
  {
    check: "bond-degraded",
    cases: traps("degraded-bond"),
    misses: (estate) => [...traps("degraded-bond-slave")(estate), ...ofDownHost("PIF")(estate)],
  },
  {
    check: "network-not-on-host",
    cases: traps("network-of-some-hosts"),
    misses: traps("unused-network"),
  },
  {
    check: "storage-link-unplugged",
    cases: (estate) => [byId(estate, "PBD", trap(estate, "unplugged-pbd").id).SR],
    misses: (estate) => [
      ...ofDownHost("PBD")(estate).map((id) => byId(estate, "PBD", id).SR),
      ...traps("maintenance-sr")(estate),
    ],
  },
  {
    check: "storage-nearly-full",
    cases: traps("full-sr"),
    misses: traps("iso-sr", "overcommitted-sr"),
  },
  {
    check: "storage-overcommitted",
    cases: (estate) =>
      idsOf(
        ofType(estate, "SR").filter(
          ({ id, allocationStrategy, size }) =>
            allocationStrategy === "thin" && size > 0 && promisedOn(estate, id) / size > 2,
        ),
      ),
    misses: traps("full-sr", "iso-sr"),
  },
  {
    check: "pool-without-default-storage",
    cases: (estate) => [poolId(estate, "Berlin")],
    misses: (estate) => [poolId(estate, "Oslo"), poolId(estate, "Paris")],
  },
  {
    check: "pool-default-storage-local",
    cases: (estate) => [poolId(estate, "Oslo")],
    misses: (estate) => [poolId(estate, "Berlin"), poolId(estate, "Paris")],
  },
  {
    check: "orphan-disks",
    cases: (estate) =>
      [...estate.objects.values()]
        .filter((record) => isType(record, "VDI") || isType(record, "VDI-snapshot"))
        .filter(({ $VBDs, $SR, missing }) => {
          const sr = byId(estate, "SR", String($SR));
          return Array.isArray($VBDs) && $VBDs.length === 0 && sr.SR_type !== "iso" && !missing;
        })
        .map(({ id }) => id)
        .filter((id) => !traps(...noOrphans)(estate).includes(id)),
    misses: traps("unused-iso", "control-domain-vdi", "missing-vdi", ...noOrphans),
  },
  {
    check: "vm-without-disk",
    cases: traps("diskless-vm"),
    misses: traps("missing-disk-vm", "halted-vm", "cd-vm", "replica"),
  },
  { check: "missing-disks", cases: traps("missing-vdi"), misses: traps("orphan-vdi") },
  {
    check: "snapshots-old",
    cases: (estate) =>
      idsOf(
        ofType(estate, "VM-snapshot").filter(({ snapshot_time, other }) => {
          const kept = estate.schedules.some(
            ({ id, enabled }) => id === other["xo:backup:schedule"] && enabled === true,
          );
          return estate.now / 1000 - snapshot_time > 30 * day && !kept;
        }),
      ),
    misses: (estate) =>
      idsOf(
        ofType(estate, "VM-snapshot").filter(
          ({ snapshot_time }) => estate.now / 1000 - snapshot_time < 29 * day,
        ),
      ),
  },
  {
    check: "snapshots-many",
    cases: vms(
      ({ snapshots, blockedOperations }) => snapshots.length > 5 && !blockedOperations["start"],
    ),
    misses: vms(({ snapshots }) => snapshots.length > 0 && snapshots.length <= 5),
  },
  {
    check: "vm-without-guest-tools",
    cases: traps("no-tools", "drivers-only", "agent-only"),
    misses: traps("halted-vm", "suspended-vm", "paused-vm", "os-null", "old-tools", "replica"),
  },
  {
    check: "duplicate-mac",
    cases: traps("dup-mac-1", "dup-mac-2"),
    misses: (estate) => [
      ...traps("replica", "replica-source")(estate),
      // A snapshot has the addresses of its VM.
      ...traps("eight-snapshots")(estate),
    ],
  },
  {
    check: "ha-vm-without-priority",
    cases: vms(
      (vm, estate) =>
        vm.$pool === poolId(estate, "Paris") &&
        vm.power_state === "Running" &&
        vm.high_availability === "",
    ),
    misses: traps("halted-vm", "suspended-vm", "replica"),
  },
  {
    check: "ha-priority-without-ha",
    cases: vms(
      (vm, estate) => vm.$pool !== poolId(estate, "Paris") && vm.high_availability === "restart",
    ),
    misses: vms((vm, estate) => vm.$pool === poolId(estate, "Paris")),
  },
  {
    check: "recent-alarms",
    cases: (estate) => lastHours(estate, 24).map(({ $object }) => String($object)),
    misses: (estate) => [byId(estate, "message", trap(estate, "alarm-object-gone").id).$object],
  },
  {
    check: "task-running-long",
    cases: traps("task-pending"),
    misses: ({ tasks, traps: known }) =>
      idsOf(tasks).filter((id) => id !== known.get("task-pending")),
  },
  {
    check: "backup-run-failed",
    cases: traps("id-list-job", "whole-failed-job"),
    // One was skipped before it went well, one is running, one has no enabled schedule, one no run.
    misses: traps("smart-job", "mirror-job", "disabled-job", "never-run-job", "sequenced-job"),
  },
  {
    check: "backup-run-without-end",
    cases: (estate) => [String(trap(estate, "stuck-log")["jobId"])],
    misses: traps("mirror-job"),
  },
  {
    check: "backup-schedule-not-run",
    cases: traps("missed-job"),
    // One runs monthly, one is off, one is off but for a sequence, one has never run, one is stuck.
    misses: (estate) => [
      ...traps("stale-job", "disabled-job", "sequenced-job", "never-run-job")(estate),
      String(trap(estate, "stuck-log")["jobId"]),
    ],
  },
  {
    check: "vm-not-backed-up",
    cases: ({ coverage }) =>
      [...coverage].flatMap(([id, { status }]) =>
        ["uncovered", "disabled"].includes(status) ? [id] : [],
      ),
    misses: (estate) => [
      ...traps("no-bak", "replica", "sequenced-vm", "untold-vm", "whole-failed-vm")(estate),
      ...[...estate.coverage].flatMap(([id, { status }]) =>
        ["failing", "never-run", "stale"].includes(status) ? [id] : [],
      ),
    ],
  },
  {
    check: "repository-unreachable",
    cases: traps("unreachable-remote"),
    misses: traps("disabled-remote", "s3-remote", "full-remote"),
  },
  {
    check: "xsa-468",
    cases: traps("xsa468-vm"),
    misses: traps("old-tools", "no-tools"),
  },
];

/** What one check finds: all of it, because the shell has no budget. */
async function findings(check: string): Promise<{ count: unknown; ids: string[] }> {
  const answer = await call(signIn(fixture.xo), "get_health_report", { checks: [check] });
  const [finding] = itemsOf(answer, "findings");
  if (finding === undefined) return { count: 0, ids: [] };
  return { count: finding["count"], ids: itemsOf(finding, "objects").map(({ id }) => String(id)) };
}

describe.each(table.map((row) => [row.check, row] as const))("%s", (check, { cases, misses }) => {
  test("finds what is the case, and nothing that only looks like it", async () => {
    const { estate } = fixture.xo;
    const wanted = cases(estate);
    expect(wanted.length).toBeGreaterThan(0);
    const { count, ids } = await findings(check);
    expect(ids.toSorted()).toEqual(wanted.toSorted());
    expect(count).toBe(wanted.length);

    const near = misses(estate);
    expect(near.length).toBeGreaterThan(0);
    expect(near.filter((id) => ids.includes(id))).toEqual([]);
  });
});
