import { expect } from "bun:test";
import { itemsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { byId, ofType, type VmRecord } from "../xo/estate/records.ts";
import { ask } from "./ask.ts";

const vm = (estate: Estate, is: (vm: VmRecord) => boolean): VmRecord => {
  const found = ofType(estate, "VM").find(is);
  if (found === undefined) throw new Error("no such VM");
  return found;
};

const driversOnly = (estate: Estate) =>
  vm(estate, (one) => one.managementAgentDetected === false && one["pvDriversDetected"] === true);

ask(
  [
    {
      asks: "Which VMs have no guest agent?",
      tool: "get_health_report",
      args: { checks: ["vm-without-guest-tools"] },
      answers: (answer, estate) => {
        const [finding] = itemsOf(answer, "findings");
        const wanting = ofType(estate, "VM").filter(
          ({ managementAgentDetected: agent, pvDriversDetected: drivers }) =>
            agent === false || drivers === false,
        );
        expect(finding?.["count"]).toBe(wanting.length);
        const objects = new Map(
          itemsOf(finding ?? {}, "objects").map(({ id, missing }) => [id, missing]),
        );
        expect(objects.get(driversOnly(estate).id)).toBe("agent");
        const agentOnly = vm(
          estate,
          (one) => one.managementAgentDetected === true && one["pvDriversDetected"] === false,
        );
        expect(objects.get(agentOnly.id)).toBe("drivers");
      },
    },
    {
      asks: "Has this Linux VM guest tools?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: driversOnly(estate).id }),
      answers: (answer) => {
        expect(answer).toMatchObject({ guest: { tools: "drivers only" } });
        expect(answer["guest"]).not.toHaveProperty("up_to_date");
      },
    },
  ],
  ["partial-guest-tools"],
);

const onOwnDisk = (estate: Estate) =>
  vm(
    estate,
    ({ power_state, $container, $pool }) => power_state === "Halted" && $container !== $pool,
  );

ask(
  [
    {
      asks: "Which VMs run on this host?",
      tool: "list_vms",
      args: (estate) => ({ host_id: onOwnDisk(estate).$container }),
      answers: (answer, estate) => {
        const { $container } = onOwnDisk(estate);
        const resident = ofType(estate, "VM").filter(
          (one) => one.$container === $container && ["Running", "Paused"].includes(one.power_state),
        );
        expect(answer["total"]).toBe(resident.length);
      },
    },
    {
      asks: "Where is this halted VM?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: onOwnDisk(estate).id }),
      answers: (answer) => {
        expect(answer).toMatchObject({ power_state: "Halted" });
        expect(answer).not.toHaveProperty("host");
      },
    },
    {
      asks: "Find that halted VM.",
      tool: "find_objects",
      args: (estate) => ({ query: onOwnDisk(estate).id }),
      answers: (answer, estate) => {
        expect(itemsOf(answer)).toMatchObject([{ id: onOwnDisk(estate).id }]);
        expect(itemsOf(answer)[0]).not.toHaveProperty("host");
      },
    },
    {
      asks: "How many VMs has this host?",
      tool: "get_host_details",
      args: (estate) => ({ host_id: onOwnDisk(estate).$container }),
      answers: (answer, estate) => {
        const { $container } = onOwnDisk(estate);
        const { residentVms } = byId(estate, "host", $container);
        expect(answer).toMatchObject({ vms: { total: residentVms.length - 1 } });
      },
    },
  ],
  ["halted-on-local-storage"],
);

/** The one that is off and has the address of a running one. */
const off = (estate: Estate) =>
  vm(estate, ({ power_state, mainIpAddress }) => power_state === "Halted" && !!mainIpAddress);

ask(
  [
    {
      asks: "Which VM has this address?",
      tool: "find_objects",
      args: (estate) => ({ query: off(estate).mainIpAddress }),
      answers: (answer, estate) => {
        const { id, mainIpAddress } = off(estate);
        expect(itemsOf(answer)).toMatchObject([
          { power_state: "Running", why: `IP address ${mainIpAddress}` },
          { id, power_state: "Halted", why: expect.stringContaining("last known") },
        ]);
      },
    },
    {
      asks: "What address has this VM that is off?",
      tool: "get_vm_details",
      args: (estate) => ({ vm_id: off(estate).id }),
      answers: (answer, estate) => {
        const { mainIpAddress } = off(estate);
        expect(answer).toMatchObject({ guest: { last_known_address: mainIpAddress } });
        const [first] = itemsOf(answer, "interfaces");
        expect(first).toMatchObject({ last_known_addresses: [mainIpAddress] });
        expect(first).not.toHaveProperty("addresses");
      },
    },
  ],
  ["old-addresses"],
);
