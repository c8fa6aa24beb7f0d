import { describe, expect } from "bun:test";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { byId, isType, ofType } from "../xo/estate/records.ts";
import { heldDisks, keptDisks, memorySnapshot } from "../xo/estate/situations/disks.ts";
import { oddVms } from "../xo/estate/situations/last-word.ts";
import { storageOf } from "../xo/estate/situations/links.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const hostsOf = (estate: Estate) => {
  const [pool] = ofType(estate, "pool");
  return ofType(estate, "host").filter(({ $pool }) => $pool === pool?.id);
};
const nameOfHost = (estate: Estate, at: number) => hostsOf(estate).at(at)?.name_label ?? "";
const objectsOf = (answer: Answer) => {
  const [finding] = itemsOf(answer, "findings");
  return finding === undefined ? [] : itemsOf(finding, "objects");
};

/** The names of the VMs on a host with a disk on a storage. */
function runnersOn(estate: Estate, srId: string): string[] {
  const vms = ofType(estate, "VM").filter(
    ({ power_state, $VBDs }) =>
      (power_state === "Running" || power_state === "Paused") &&
      $VBDs.some((link) => {
        const vdi = estate.objects.get(byId(estate, "VBD", link).VDI ?? "");
        return isType(vdi, "VDI") && vdi.$SR === srId;
      }),
  );
  return vms.map(({ id, name_label }) => name_label || id);
}

const detached = (estate: Estate) => storageOf(estate, "NFS detached");
const san = (estate: Estate) => storageOf(estate, "SAN LUN2");

ask(
  [
    {
      asks: "Which storages of running VMs does no host reach?",
      tool: "get_health_report",
      args: { checks: ["storage-unreached"] },
      answers: (answer, estate) => {
        const { id } = detached(estate);
        expect(itemsOf(answer, "findings")).toMatchObject([{ severity: "critical" }]);
        expect(objectsOf(answer)).toMatchObject([
          { id, running_vms: runnersOn(estate, id).length, link: "there is none" },
        ]);
      },
    },
    {
      asks: "Which links to storage are missing?",
      tool: "get_health_report",
      args: { checks: ["storage-link-unplugged"] },
      answers: (answer, estate) => {
        const found = objectsOf(answer);
        expect(found.map(({ id }) => id)).toEqual([
          storageOf(estate, "NFS archive").id,
          san(estate).id,
        ]);
        expect(found).toMatchObject([
          { host: "no host" },
          { host: nameOfHost(estate, -1), link: "there is none" },
        ]);
      },
    },
    {
      asks: "Is every host linked to the SAN?",
      tool: "list_srs",
      args: (estate) => ({ filter: `id:${san(estate).id}` }),
      answers: (answer, estate) => {
        expect(itemsOf(answer)).toMatchObject([
          {
            unplugged_hosts: [nameOfHost(estate, -1)],
            paths_lost: [
              `${nameOfHost(estate, 0)}: 1 of 4 paths`,
              `${nameOfHost(estate, 1)}: 2 of 4 paths`,
            ],
          },
        ]);
      },
    },
    {
      asks: "How full is the storage that nobody is linked to?",
      tool: "list_srs",
      args: (estate) => ({ filter: `id:${detached(estate).id}` }),
      answers: (answer) => {
        const [item] = itemsOf(answer);
        expect(item).toMatchObject({ problem: "no host has a link to it: its figures are old" });
        expect(item).not.toHaveProperty("used_percent");
        expect(item).not.toHaveProperty("size_bytes");
        expect(warningsOf(answer)).toContain('old and in no total: "NFS detached"');
      },
    },
    {
      asks: "What is wrong with it?",
      tool: "get_sr_details",
      args: (estate) => ({ sr_id: detached(estate).id }),
      answers: (answer, estate) => {
        expect(answer).toMatchObject({
          problem: "no host has a link to it: its figures are old",
          links: hostsOf(estate).map(() => ({ link: "none", problem: true })),
        });
      },
    },
    {
      asks: "How much storage is there in all?",
      tool: "get_infrastructure_summary",
      answers: (answer, estate) => {
        const linked = ofType(estate, "SR").filter(
          ({ content_type, $PBDs }) => content_type === "user" && $PBDs.length > 0,
        );
        expect(answer).toMatchObject({
          storage: { total_bytes: linked.reduce((sum, { size }) => sum + size, 0) },
        });
      },
    },
    {
      asks: "What is wrong with this host's storage?",
      tool: "get_host_details",
      args: (estate) => ({ host_id: hostsOf(estate).at(-1)?.id }),
      answers: (answer) => {
        expect(answer["problems"]).toContain("SAN LUN2: shared, but not linked to this host");
      },
    },
    {
      asks: "Has any host lost paths to its storage?",
      tool: "get_health_report",
      args: { checks: ["storage-paths-lost"] },
      answers: (answer, estate) => {
        const { id } = san(estate);
        expect(objectsOf(answer)).toMatchObject([
          { id, host: nameOfHost(estate, 0), paths: "1 of 4 paths" },
          { id, host: nameOfHost(estate, 1), paths: "2 of 4 paths" },
        ]);
      },
    },
    {
      asks: "And this one?",
      tool: "get_host_details",
      args: (estate) => ({ host_id: hostsOf(estate)[0]?.id }),
      answers: (answer) => expect(answer["problems"]).toContain("SAN LUN2: 1 of 4 paths"),
    },
    {
      asks: "By how many paths is each host linked to the SAN?",
      tool: "get_sr_details",
      args: (estate) => ({ sr_id: san(estate).id }),
      answers: (answer, estate) => {
        const links = new Map(itemsOf(answer, "links").map(({ host, ...link }) => [host, link]));
        expect(links.get(nameOfHost(estate, 0))).toEqual({
          link: "plugged",
          paths: "1 of 4 paths",
          problem: true,
        });
        expect(links.get(nameOfHost(estate, -1))).toEqual({ link: "none", problem: true });
      },
    },
    {
      asks: "What are these disks without a VM?",
      tool: "list_vdis",
      args: (estate) => ({ sr_id: san(estate).id, filter: "$VBDs:length:0", sort: "name_label" }),
      answers: (answer) => {
        const items = itemsOf(answer);
        for (const [what, [name]] of Object.entries(keptDisks)) {
          expect(items.find(({ name_label }) => name_label === name)).toMatchObject({
            state: "other",
            kept_for: expect.stringContaining(what),
          });
        }
        expect(items.find(({ kind }) => kind === "snapshot")).toMatchObject({
          kept_for: expect.stringContaining("the memory of the snapshot"),
        });
      },
    },
    {
      asks: "What of this storage is XAPI's own?",
      tool: "get_sr_details",
      args: (estate) => ({ sr_id: san(estate).id }),
      answers: (answer, estate) => {
        const kept = itemsOf(answer, "kept_by_xapi");
        expect(kept).toHaveLength(Object.keys(keptDisks).length + 1);
        expect(kept[0]).toEqual({
          kept_for: `the memory of the snapshot ${memorySnapshot(estate).name_label}`,
          total: 1,
          used_bytes: 32 * 1024 ** 3,
        });
        expect(Object(answer["disks"])).toMatchObject({ kept_by_xapi: kept.length, orphan: 1 });
        expect(Object(answer["disks"])).not.toHaveProperty("unused");
      },
    },
    {
      asks: "How much does this snapshot take, with its memory?",
      tool: "list_snapshots",
      args: (estate) => ({ filter: `id:${memorySnapshot(estate).id}` }),
      answers: (answer, estate) => {
        const links = new Set(memorySnapshot(estate).$VBDs);
        const disks = ofType(estate, "VDI-snapshot").filter(({ $VBDs }) =>
          $VBDs.some((link) => links.has(link)),
        );
        const memory_bytes = 32 * 1024 ** 3;
        expect(itemsOf(answer)).toMatchObject([
          {
            with_memory: true,
            memory_bytes,
            own_bytes: memory_bytes + disks.reduce((sum, { usage }) => sum + usage, 0),
          },
        ]);
      },
    },
    {
      asks: "Which disks hang in a control domain?",
      tool: "get_health_report",
      args: { checks: ["control-domain-disks"] },
      answers: (answer, estate) => {
        expect(itemsOf(answer, "findings")).toMatchObject([{ severity: "info" }]);
        const found = new Map(objectsOf(answer).map((object) => [object["id"], object]));
        const [disk, snapshot] = heldDisks(estate);
        expect(found.get(disk.id)).toMatchObject({ name_label: disk.name_label, plugged: true });
        expect(found.has(snapshot.id)).toBe(true);
        expect(found.get(trap(estate, "control-domain-vdi").id)).toMatchObject({
          storage: "NFS detached",
          perhaps_used_by: expect.any(Array),
        });
      },
    },
  ],
  [
    "links-missing",
    "unused-storage-detached",
    "paths-lost",
    "disks-of-xapi",
    "disks-in-control-domain",
  ],
);

describe("with links that are all unplugged, and memory that is left or gone", () => {
  ask(
    [
      {
        asks: "Has a host lost a path to the disk that it boots from?",
        tool: "get_health_report",
        args: { checks: ["storage-paths-lost"] },
        answers: (answer, estate) => {
          expect(objectsOf(answer)).toMatchObject([
            { id: hostsOf(estate)[0]?.id, to: "the disk it boots from", paths: "1 of 2 paths" },
          ]);
        },
      },
      {
        asks: "What is wrong with that host?",
        tool: "get_host_details",
        args: (estate) => ({ host_id: hostsOf(estate)[0]?.id }),
        answers: (answer) => {
          expect(answer["problems"]).toContain("the disk it boots from: 1 of 2 paths");
        },
      },
      {
        asks: "May this disk go? (it is being copied)",
        tool: "list_vdis",
        args: (estate) => ({ filter: `id:${trap(estate, "orphan-vdi").id}` }),
        answers: (answer) => {
          expect(itemsOf(answer)).toMatchObject([
            { state: "other", kept_for: "an operation that goes on: copy" },
          ]);
        },
      },
      {
        asks: "Can I go back to this snapshot with its memory?",
        tool: "list_snapshots",
        args: (estate) => ({ filter: `id:${memorySnapshot(estate).id}` }),
        answers: (answer) => {
          expect(itemsOf(answer)).toMatchObject([{ memory_gone: true }]);
          expect(itemsOf(answer)[0]).not.toHaveProperty("with_memory");
        },
      },
      {
        asks: "Does HA restart this VM?",
        tool: "get_vm_details",
        args: (estate) => ({ vm_id: oddVms(estate).bios.id }),
        answers: (answer) => {
          expect(answer).toMatchObject({
            high_availability: "restart",
            high_availability_is: "without effect: HA is off in its pool",
          });
        },
      },
      {
        asks: "Which storages of running VMs does no host reach?",
        tool: "get_health_report",
        args: { checks: ["storage-unreached", "storage-link-unplugged"] },
        answers: (answer, estate) => {
          const [unreached, unplugged] = itemsOf(answer, "findings");
          expect(itemsOf(unreached ?? {}, "objects")).toMatchObject([
            { id: san(estate).id, link: "all unplugged" },
          ]);
          // The trap of every estate, and nothing twice.
          const { SR } = byId(estate, "PBD", trap(estate, "unplugged-pbd").id);
          expect(itemsOf(unplugged ?? {}, "objects")).toMatchObject([{ id: SR }]);
        },
      },
      {
        asks: "Whose memory is this?",
        tool: "list_vdis",
        args: (estate) => ({ filter: `id:${trap(estate, "suspend-vdi").id}` }),
        answers: (answer) => {
          expect(itemsOf(answer)).toMatchObject([
            { state: "other", kept_for: "the memory of no VM that is suspended: left over" },
          ]);
        },
      },
    ],
    [
      "links-all-unplugged",
      "memory-left-over",
      "disk-busy-and-memory-gone",
      "boot-path-lost",
      "ha-wished-in-vain",
    ],
  );
});

describe("as it is", () => {
  ask([
    {
      asks: "Whose memory is this?",
      tool: "list_vdis",
      args: (estate) => ({ filter: `id:${trap(estate, "suspend-vdi").id}` }),
      answers: (answer) => {
        expect(itemsOf(answer)).toMatchObject([
          { kept_for: expect.stringMatching(/^probably the memory of a suspended VM: ./) },
        ]);
      },
    },
    {
      asks: "Is any storage out of reach, or reached by fewer paths?",
      tool: "get_health_report",
      args: { checks: ["storage-unreached", "storage-paths-lost"] },
      answers: (answer) => {
        expect(answer["findings"]).toEqual([]);
      },
    },
  ]);
});
