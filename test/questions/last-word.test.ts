import { describe, expect } from "bun:test";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { ofType, type VmRecord } from "../xo/estate/records.ts";
import {
  oddVms,
  silentHost,
  strandedVms,
  xapiMessages,
} from "../xo/estate/situations/last-word.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const objectsOf = (answer: Answer) => {
  const [finding] = itemsOf(answer, "findings");
  return finding === undefined ? [] : itemsOf(finding, "objects");
};
const idsOf = (answer: Answer) => objectsOf(answer).map(({ id }) => String(id));
const running = (estate: Estate) =>
  ofType(estate, "VM").filter(({ power_state }) => power_state === "Running");
const total = (vms: readonly VmRecord[], figure: (vm: VmRecord) => number) =>
  vms.reduce((sum, vm) => sum + figure(vm), 0);

const lastWord = expect.stringContaining("by XAPI's last word: its host does not answer");
const gib = 1024 ** 3;

ask(
  [
    {
      asks: "A host is down. Which VMs were on it?",
      tool: "get_health_report",
      args: { checks: ["vm-on-silent-host"] },
      answers: (answer, estate) => {
        expect(itemsOf(answer, "findings")).toMatchObject([
          { severity: "critical", count: strandedVms(estate).length },
        ]);
        expect(idsOf(answer).toSorted()).toEqual(
          strandedVms(estate)
            .map(({ id }) => id)
            .toSorted(),
        );
        expect(objectsOf(answer)[0]).toMatchObject({ host: silentHost(estate).name_label });
      },
    },
    {
      asks: "How many VMs run?",
      tool: "get_infrastructure_summary",
      answers: (answer, estate) => {
        const stranded = new Set(strandedVms(estate));
        const sure = running(estate).filter((vm) => !stranded.has(vm));
        expect(answer).toMatchObject({
          vms: { running: running(estate).length, on_silent_hosts: stranded.size },
          cpus: { vcpus_running: total(sure, ({ CPUs }) => CPUs.number) },
        });
        expect(warningsOf(answer)).toContain("by XAPI's last word");
      },
    },
    {
      asks: "List what runs.",
      tool: "list_vms",
      args: { filter: "power_state:/^Running$/", limit: 5 },
      answers: (answer, estate) => {
        expect(answer).toMatchObject({ total: running(estate).length });
        const stranded = strandedVms(estate).filter(({ power_state }) => power_state === "Running");
        expect(warningsOf(answer)).toContain(
          `${stranded.length} of these VMs run by XAPI's last word`,
        );
      },
    },
    {
      asks: "Does this VM run?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: strandedVms(estate)[0]?.id }),
      answers: (answer, estate) => {
        expect(answer).toMatchObject({
          power_state: "Running",
          state_is: lastWord,
          host: { name_label: silentHost(estate).name_label, power_state: "Halted" },
          guest: { reason: "its host does not answer" },
        });
        for (const one of itemsOf(answer, "interfaces"))
          expect(one).not.toHaveProperty("addresses");
      },
    },
    {
      asks: "What is on that host?",
      tool: "get_host_details",
      args: (estate) => ({ host_id: silentHost(estate).id }),
      answers: (answer, estate) => {
        expect(answer).toMatchObject({
          vms: { total: strandedVms(estate).length, state: lastWord },
        });
        expect(itemsOf(answer, "resident_vms").length).toBeGreaterThan(0);
      },
    },
    {
      asks: "Where is that VM?",
      tool: "find_objects",
      args: (estate) => ({ query: strandedVms(estate)[0]?.id }),
      answers: (answer) => expect(itemsOf(answer)).toMatchObject([{ host_answers: false }]),
    },
    {
      asks: "Is there room to start its VMs elsewhere?",
      tool: "get_capacity_report",
      args: (estate) => ({ pool_id: silentHost(estate).$pool }),
      answers: (answer, estate) => {
        const stranded = strandedVms(estate);
        expect(itemsOf(answer, "pools")).toMatchObject([
          {
            stranded: {
              vms: stranded.length,
              memory_bytes: total(stranded, ({ memory }) => memory.size),
              state: lastWord,
              fit_elsewhere: true,
            },
            without_host: { with_vms_of_silent_hosts: stranded.length },
          },
        ]);
      },
    },
    {
      asks: "Has this VM Secure Boot? (a BIOS cannot)",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: oddVms(estate).bios.id }),
      answers: (answer) => {
        expect(answer).toMatchObject({
          secure_boot: "wanted, but not possible: the VM has no UEFI",
        });
      },
    },
    {
      asks: "And this one, with UEFI?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: oddVms(estate).uefi.id }),
      answers: (answer) => {
        expect(answer).toMatchObject({ secure_boot: expect.stringMatching(/^wanted; /) });
      },
    },
    {
      asks: "How much memory may this VM have?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: oddVms(estate).gap.id }),
      answers: (answer) => {
        expect(answer).toMatchObject({
          memory_bytes: 8 * gib,
          memory_limits: {
            dynamic_min_bytes: 4 * gib,
            dynamic_max_bytes: 8 * gib,
            static_max_bytes: 16 * gib,
          },
        });
      },
    },
    {
      asks: "Show Büro-PC (typed composed, stored decomposed).",
      tool: "get_vm_details",
      args: { vm_id: "B\u00fcro-PC" },
      answers: (answer, estate) => expect(answer["id"]).toBe(oddVms(estate).accent.id),
    },
    {
      asks: "Who has the tag café?",
      tool: "find_objects",
      args: { query: "caf\u00e9", types: ["vm"] },
      answers: (answer, estate) => {
        expect(itemsOf(answer).map(({ id }) => id)).toContain(oddVms(estate).accent.id);
      },
    },
    {
      asks: "Which system does this Windows VM run?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: trap(estate, "xsa468-vm").id }),
      answers: (answer) => {
        expect(answer).toMatchObject({ guest: { os: "Microsoft Windows Server 2022 Standard" } });
      },
    },
    {
      asks: "Are any VMs paused?",
      tool: "get_health_report",
      args: { checks: ["vm-paused"] },
      answers: (answer, estate) => expect(idsOf(answer)).toEqual([trap(estate, "paused-vm").id]),
    },
    {
      asks: "How many are suspended, how many paused?",
      tool: "get_infrastructure_summary",
      answers: (answer, estate) => {
        const count = (state: string) =>
          ofType(estate, "VM").filter(({ power_state }) => power_state === state).length;
        expect(answer).toMatchObject({
          vms: {
            paused: count("Paused"),
            suspended: count("Suspended"),
            other: count("Paused") + count("Suspended"),
          },
        });
      },
    },
  ],
  ["host-silent", "odd-settings"],
);

describe("with what XAPI warned of, and a pool that starts nothing", () => {
  ask(
    [
      {
        asks: "What does the hypervisor warn of?",
        tool: "get_health_report",
        args: { checks: ["xapi-warned"] },
        answers: (answer, estate) => {
          const open = xapiMessages(estate)
            .filter(({ isOpen }) => isOpen)
            .map(({ name, id }) => `${name} ${id}`);
          expect(
            objectsOf(answer)
              .map(({ message, id }) => `${String(message)} ${String(id)}`)
              .toSorted(),
          ).toEqual(open.toSorted());
        },
      },
      {
        asks: "Which VMs would not start after a power cut, though they say so?",
        tool: "get_health_report",
        args: { checks: ["vm-autostart-off"] },
        answers: (answer, estate) => expect(idsOf(answer)).toEqual([oddVms(estate).bios.id]),
      },
      {
        asks: "Does this VM start by itself?",
        tool: "get_vm_details",
        args: (estate) => ({ vm_id: oddVms(estate).bios.id }),
        answers: (answer) => {
          expect(answer).toMatchObject({
            auto_poweron: true,
            auto_poweron_is: expect.stringContaining("its pool has it off"),
          });
        },
      },
    ],
    ["xapi-messages", "autostart-off"],
  );
});

describe("while XO restarts the hosts of that pool", () => {
  ask(
    [
      {
        asks: "Which VMs would not start after a power cut, though they say so?",
        tool: "get_health_report",
        args: { checks: ["vm-autostart-off"] },
        answers: (answer) => {
          expect(answer["findings"]).toEqual([]);
          expect(JSON.stringify(answer["unknown"])).toContain("whose pool XO is restarting now");
        },
      },
    ],
    ["autostart-off", "rolling-update"],
  );
});

describe("as it is", () => {
  ask([
    {
      asks: "Is anything new wrong that is not?",
      tool: "get_health_report",
      args: { checks: ["vm-on-silent-host", "vm-autostart-off", "xapi-warned"] },
      answers: (answer) => expect(answer["findings"]).toEqual([]),
    },
  ]);
});
