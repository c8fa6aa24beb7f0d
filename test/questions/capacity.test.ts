import { expect } from "bun:test";
import * as z from "zod";
import { type Answer, itemsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { byId, ofType, type VmRecord } from "../xo/estate/records.ts";
import { disksOf, poolOf } from "../xo/estate/situations/capacity.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const GIB = 1024 ** 3;

const way = z.looseObject({
  verdict: z.string(),
  reason: z.string().optional(),
  blocked_vms: z.number().optional(),
  stuck_vms: z.number().optional(),
  blocked_by: z.array(z.looseObject({ why: z.string(), mend: z.string() })).default([]),
  stuck_by: z.array(z.looseObject({ why: z.string(), mend: z.string() })).default([]),
  placement: z.array(z.looseObject({ host: z.string(), vms: z.number() })).default([]),
});
const withoutHost = z.looseObject({
  is_master: z.boolean(),
  master: z.string().optional(),
  vms_to_move: z.number(),
  maintenance_mode: way,
  by_hand: way,
  not_checked: z.array(z.string()),
});

/** What is said of the host that is to be taken down. */
function without(answer: Answer) {
  expect(JSON.stringify(answer).length).toBeLessThan(6_000);
  const [pool] = itemsOf(answer, "pools");
  return withoutHost.parse(pool?.["without_host"]);
}

const master = (estate: Estate) => byId(estate, "host", poolOf(estate).master);
const takeDown = {
  tool: "get_capacity_report",
  args: (estate: Estate) => ({ without_host_id: master(estate).id }),
};
const isUp = ({ power_state }: VmRecord) => power_state === "Running" || power_state === "Paused";
const onMaster = (estate: Estate) => {
  const { id } = master(estate);
  return ofType(estate, "VM").filter((vm) => isUp(vm) && vm.$container === id);
};

ask(
  [
    {
      asks: "Can I put this host into maintenance? Can I empty it by hand, and where do its VMs go?",
      ...takeDown,
      answers: (answer, estate) => {
        const { maintenance_mode, by_hand, ...host } = without(answer);
        const count = onMaster(estate).length;
        expect(maintenance_mode).toMatchObject({ verdict: "yes", blocked_vms: 0 });
        expect(by_hand).toMatchObject({ verdict: "yes", stuck_vms: 0 });
        expect(by_hand.placement.reduce((sum, { vms }) => sum + vms, 0)).toBe(count);
        expect(host).toMatchObject({ is_master: true, vms_to_move: count });
        expect(host.master).toContain("nothing in the pool can be started");
        expect(host.not_checked).toContain("USB devices");
      },
    },
  ],
  ["evacuable"],
);

ask(
  [
    {
      asks: "HA is on: which VMs keep this host from maintenance mode, and what do I do about it?",
      ...takeDown,
      answers: (answer, estate) => {
        const { maintenance_mode, by_hand } = without(answer);
        const [none, bestEffort] = onMaster(estate);
        expect(maintenance_mode).toMatchObject({
          verdict: "no",
          blocked_vms: 2,
          ha_may_refuse: expect.stringContaining("static maxima"),
        });
        const priorities = maintenance_mode.blocked_by.map(({ why, names }) => ({ why, names }));
        expect(priorities).toEqual([
          {
            why: "HA is on, and it has no priority where XAPI wants restart",
            names: [none?.name_label],
          },
          {
            why: "HA is on, and it has the priority best-effort where XAPI wants restart",
            names: [bestEffort?.name_label],
          },
        ]);
        expect(maintenance_mode.blocked_by[0]?.mend).toContain("set its HA priority to restart");
        expect(by_hand).toMatchObject({ verdict: "yes" });
      },
    },
  ],
  ["ha-unprotected"],
);

ask(
  [
    {
      asks: "Three VMs are on a VLAN that only this host has: can it go?",
      ...takeDown,
      answers: (answer) => {
        const { maintenance_mode, by_hand } = without(answer);
        for (const { verdict, why } of [
          { verdict: maintenance_mode.verdict, why: maintenance_mode.blocked_by[0] },
          { verdict: by_hand.verdict, why: by_hand.stuck_by[0] },
        ]) {
          expect(verdict).toBe("no");
          expect(why).toMatchObject({
            why: 'its network "VLAN 300 DMZ" has no interface on any other host',
            vms: 3,
          });
        }
      },
    },
  ],
  ["network-of-one-host"],
);

ask(
  [
    {
      asks: "Two VMs talk over a network inside this host: can it go?",
      ...takeDown,
      answers: (answer) =>
        expect(without(answer)).toMatchObject({
          maintenance_mode: { verdict: "no", blocked_vms: 2 },
          by_hand: {
            verdict: "no",
            stuck_by: [
              { why: "its network Internal is inside its host alone and not on any other host" },
            ],
          },
        }),
    },
  ],
  ["network-inside-host"],
);

ask(
  [
    {
      asks: "No other host is linked to the SAN: which VMs stop me, and what do I do?",
      ...takeDown,
      answers: (answer, estate) => {
        const { maintenance_mode } = without(answer);
        const sans = new Set(
          ofType(estate, "SR").flatMap((sr) => (sr.name_label.includes("SAN") ? [sr.id] : [])),
        );
        const held = onMaster(estate).filter((vm) =>
          disksOf(estate, vm).some(({ $SR }) => sans.has($SR)),
        );
        expect(held.length).toBeGreaterThan(0);
        expect(maintenance_mode).toMatchObject({ verdict: "no", blocked_vms: held.length });
        expect(maintenance_mode.blocked_by).toMatchObject([
          {
            why: 'it has a disk on storage "SAN LUN2", which is not plugged on any other host',
            vms: held.length,
            mend: expect.stringContaining("link"),
          },
        ]);
      },
    },
  ],
  ["storage-of-one-host"],
);

ask(
  [
    {
      asks: "An ISO of the host's own library is in a drive: what do I do?",
      ...takeDown,
      answers: (answer, estate) =>
        expect(without(answer)).toMatchObject({
          maintenance_mode: {
            verdict: "no",
            blocked_vms: 1,
            blocked_by: [
              {
                why: expect.stringContaining('of storage "ISO library", which is not plugged'),
                mend: expect.stringContaining("eject it"),
                names: [onMaster(estate)[0]?.name_label],
              },
            ],
          },
          by_hand: { verdict: "no", stuck_vms: 1 },
        }),
    },
  ],
  ["iso-of-one-host"],
);

ask(
  [
    {
      asks: "The master is upgraded, the others are not: can I empty it again?",
      ...takeDown,
      answers: (answer) =>
        expect(without(answer)).toMatchObject({
          maintenance_mode: {
            verdict: "no",
            older_hosts: expect.stringContaining("an older version"),
          },
          by_hand: {
            verdict: "yes",
            older_hosts: expect.stringContaining("newer virtual hardware"),
          },
        }),
    },
  ],
  ["master-upgraded"],
);

ask(
  [
    {
      asks: "The hosts have CPUs of two generations: does that keep the VMs here?",
      ...takeDown,
      answers: (answer) => {
        const { maintenance_mode, not_checked } = without(answer);
        expect(maintenance_mode).toMatchObject({ verdict: "yes" });
        expect(not_checked.join()).toContain("CPU features");
      },
    },
  ],
  ["cpu-generations"],
);

ask(
  [
    {
      asks: "The hosts are full of VMs with dynamic memory: can one go all the same?",
      ...takeDown,
      answers: (answer) =>
        expect(without(answer)).toMatchObject({
          maintenance_mode: {
            verdict: "only by squeezing memory",
            squeezed: {
              largest: expect.arrayContaining([
                expect.objectContaining({ memory_bytes: 60 * GIB, down_to_bytes: 8 * GIB }),
              ]),
            },
          },
          by_hand: { verdict: "only by squeezing memory" },
        }),
    },
    {
      asks: "Is there a reserve for the largest host where memory is dynamic?",
      tool: "get_capacity_report",
      args: (estate) => ({ pool_id: poolOf(estate).id }),
      answers: (answer) =>
        expect(itemsOf(answer, "pools")).toMatchObject([
          { without_host: { fits: false, fits_at_dynamic_minimum: true } },
        ]),
    },
    {
      asks: "Which pools have no reserve, and would squeezing help?",
      tool: "get_health_report",
      args: (estate) => ({ pool_id: poolOf(estate).id }),
      answers: (answer, estate) => {
        const finding = itemsOf(answer, "findings").find(
          ({ check }) => check === "pool-without-reserve",
        );
        expect(itemsOf(finding ?? {}, "objects")).toMatchObject([
          { id: poolOf(estate).id, fits_at_dynamic_minimum: true },
        ]);
      },
    },
  ],
  ["dynamic-memory"],
);

ask(
  [
    {
      asks: "Static maxima are far above what the VMs have: may HA refuse?",
      ...takeDown,
      answers: (answer) =>
        expect(without(answer)).toMatchObject({
          maintenance_mode: {
            verdict: "yes",
            ha_may_refuse: expect.stringContaining("XO does not tell how many failures"),
          },
        }),
    },
  ],
  ["static-maxima"],
);

ask(
  [
    {
      asks: "How much memory do the running hosts use, with one of them off?",
      tool: "get_infrastructure_summary",
      answers: (answer, estate) => {
        const up = ofType(estate, "host").filter(({ power_state }) => power_state === "Running");
        const sum = (of: "size" | "usage") =>
          up.reduce((total, { memory }) => total + memory[of], 0);
        expect(answer).toMatchObject({
          memory: { total_bytes: sum("size"), used_bytes: sum("usage") },
        });
      },
    },
    {
      asks: "How much is free in the pool whose host is off?",
      tool: "get_capacity_report",
      args: (estate) => ({ pool_id: poolOf(estate).id }),
      answers: (answer, estate) => {
        const up = ofType(estate, "host").filter(
          ({ power_state, enabled, $pool }) =>
            power_state === "Running" && enabled && $pool === poolOf(estate).id,
        );
        const free = up.reduce((total, { memory }) => total + memory.size - memory.usage, 0);
        expect(itemsOf(answer, "pools")).toMatchObject([{ memory: { free_bytes: free } }]);
      },
    },
  ],
  ["halted-host"],
);

ask([
  {
    asks: "Do three more VMs of 16 GiB and 4 vCPUs fit, now and with the largest host lost?",
    tool: "get_capacity_report",
    args: { new_vms: 3, new_vm_memory_gib: 16, new_vm_cpus: 4 },
    answers: (answer, estate) => {
      expect(JSON.stringify(answer).length).toBeLessThan(6_000);
      // 2 MiB, a shadow of 4 + 128 MiB, and 38 pages a vCPU.
      const need = 16 * GIB + (2 + 132 + 1) * 1024 ** 2;
      const pool = itemsOf(answer, "pools").find(({ id }) => id === poolOf(estate).id);
      const hosts = ofType(estate, "host").filter(
        ({ $pool, power_state, enabled }) =>
          $pool === poolOf(estate).id && power_state === "Running" && enabled,
      );
      const byMemory = hosts.reduce(
        (sum, { memory }) => sum + Math.floor((memory.size - memory.usage) / need),
        0,
      );
      const now = z
        .looseObject({
          now: z.looseObject({
            fits: z.boolean(),
            room_for: z.number(),
            room_limited_by: z.string(),
          }),
        })
        .parse(pool?.["new_vms"]).now;
      expect(now.fits).toBe(true);
      if (now.room_limited_by === "memory") expect(now.room_for).toBe(byMemory);
      else expect(now.room_for).toBeLessThan(byMemory);
      expect(pool).toMatchObject({ new_vms: { without_host: { fits: true } } });
    },
  },
  {
    asks: "Which VM has the GPU of this host?",
    tool: "get_host_details",
    args: (estate) => ({ host_id: byId(estate, "VM", trap(estate, "hot-add-vm").id).$container }),
    answers: (answer, estate) => {
      const pci = byId(estate, "PCI", trap(estate, "passed-gpu").id);
      const devices = z
        .looseObject({ shown: z.array(z.looseObject({})) })
        .parse(answer["devices"]).shown;
      expect(devices.find(({ pci_id }) => pci_id === pci.pci_id)).toMatchObject({
        name: pci.device_name,
        is_gpu: true,
        hidden_from_dom0: "yes",
        used_by: [trap(estate, "hot-add-vm")["name_label"]],
        set_for: [trap(estate, "halted-vm")["name_label"]],
      });
    },
  },
  {
    asks: "What is passed through to this VM?",
    tool: "get_vm_details",
    args: (estate) => ({ vm_id: trap(estate, "hot-add-vm").id }),
    answers: (answer, estate) => {
      const { pci_id, device_name, $host } = byId(estate, "PCI", trap(estate, "passed-gpu").id);
      const host = byId(estate, "host", $host).name_label;
      expect(answer["devices"]).toMatchObject({
        passed_through: [{ pci_id, devices: [{ name: device_name, is_gpu: true, host }] }],
        vgpus: 0,
      });
    },
  },
  {
    asks: "Has this VM a vGPU, and on which card?",
    tool: "get_vm_details",
    args: (estate) => ({ vm_id: trap(estate, "biggest-vm").id }),
    answers: (answer, estate) => {
      const { device_name, $host } = byId(estate, "PCI", trap(estate, "shared-gpu").id);
      expect(answer["devices"]).toMatchObject({
        vgpus: 1,
        vgpus_on: [{ gpu: device_name, host: byId(estate, "host", $host).name_label }],
        vgpu_types: "XO's REST API does not tell the type of a vGPU",
      });
    },
  },
  {
    asks: "Where is the A16, and who has it?",
    tool: "find_objects",
    args: { query: "A16 Compute" },
    answers: (answer, estate) =>
      expect(itemsOf(answer)).toMatchObject([
        {
          type: "device",
          id: trap(estate, "passed-gpu").id,
          is_gpu: true,
          used_by: [trap(estate, "hot-add-vm")["name_label"]],
        },
      ]),
  },
  {
    asks: "Can the host with the GPUs go into maintenance?",
    tool: "get_capacity_report",
    args: (estate) => ({
      without_host_id: byId(estate, "VM", trap(estate, "hot-add-vm").id).$container,
    }),
    answers: (answer, estate) => {
      const { maintenance_mode, by_hand } = without(answer);
      expect(maintenance_mode.verdict).toBe("no");
      expect(by_hand).toMatchObject({ verdict: "no" });
      expect(by_hand.stuck_by).toContainEqual(
        expect.objectContaining({
          why: "a PCI device is passed through to it",
          names: [trap(estate, "hot-add-vm")["name_label"]],
        }),
      );
    },
  },
]);
