import { expect } from "bun:test";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { byId, ofType, type PifRecord, type VmRecord } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

/** Halted, with its disk on a host's own storage. */
const onOwnDisk = (estate: Estate) =>
  byId(estate, "VM", trap(estate, "halted-on-local-storage").id);

const spare = (estate: Estate) => byId(estate, "PIF", trap(estate, "spare-pif").id);

const problemsOf = (answer: Answer) => itemsOf(answer).flatMap((item) => itemsOf(item, "problems"));

const lackingHost = (estate: Estate) => {
  const [pool] = ofType(estate, "pool");
  const hosts = ofType(estate, "host").filter(({ $pool }) => $pool === pool?.id);
  const last = hosts.at(-1);
  if (last === undefined) throw new Error("no host");
  return last;
};

const onDmz = (estate: Estate) => {
  const [dmz] = ofType(estate, "network").filter(({ name_label }) => name_label.includes("DMZ"));
  if (dmz === undefined) throw new Error("no such network");
  return dmz;
};

const alarmed = (estate: Estate) => {
  const [pool] = ofType(estate, "pool");
  const host = ofType(estate, "host").find(({ $pool }) => $pool === pool?.id);
  if (host === undefined) throw new Error("no host");
  return host;
};

const aboutDomain = (items: Answer[], estate: Estate) =>
  items.filter((item) => (item["object_id"] ?? item["id"]) === alarmed(estate).controlDomain);

ask([
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
      expect(objects.get(trap(estate, "drivers-only").id)).toBe("agent");
      expect(objects.get(trap(estate, "agent-only").id)).toBe("drivers");
    },
  },
  {
    asks: "Has this Linux VM guest tools?",
    tool: "get_vm_details",
    args: (estate) => ({ vm_id: trap(estate, "drivers-only").id }),
    answers: (answer) => {
      expect(answer).toMatchObject({ guest: { tools: "drivers only" } });
      expect(answer["guest"]).not.toHaveProperty("up_to_date");
    },
  },
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
      const { residentVms } = byId(estate, "host", onOwnDisk(estate).$container);
      expect(answer).toMatchObject({ vms: { total: residentVms.length - 1 } });
    },
  },
  {
    asks: "Which VM has this address?",
    tool: "find_objects",
    args: (estate) => ({ query: trap(estate, "old-address")["mainIpAddress"] }),
    answers: (answer, estate) => {
      const { id, mainIpAddress } = trap(estate, "old-address");
      expect(itemsOf(answer)).toMatchObject([
        {
          id: trap(estate, "new-address").id,
          power_state: "Running",
          why: `IP address ${mainIpAddress}`,
        },
        { id, power_state: "Halted", why: expect.stringContaining("last known") },
      ]);
    },
  },
  {
    asks: "What address has this VM that is off?",
    tool: "get_vm_details",
    args: (estate) => ({ vm_id: trap(estate, "old-address").id }),
    answers: (answer, estate) => {
      const { mainIpAddress } = trap(estate, "old-address");
      expect(answer).toMatchObject({ guest: { last_known_address: mainIpAddress } });
      const [first] = itemsOf(answer, "interfaces");
      expect(first).toMatchObject({ last_known_addresses: [mainIpAddress] });
      expect(first).not.toHaveProperty("addresses");
    },
  },
  {
    asks: "Which interfaces in use have no link? (not the ports that nobody cabled)",
    tool: "get_health_report",
    args: { checks: ["interface-without-carrier"] },
    answers: (answer, estate) => {
      const lost = trap(estate, "carrierless-pif");
      const [finding] = itemsOf(answer, "findings");
      expect(itemsOf(finding ?? {}, "objects")).toMatchObject([{ id: lost.id }]);
    },
  },
  {
    asks: "What is wrong with the networks?",
    tool: "list_networks",
    args: { problems_only: true },
    answers: (answer) => {
      expect(problemsOf(answer).filter(({ device }) => device === "eth4")).toEqual([]);
    },
  },
  {
    asks: "What is this free port?",
    tool: "get_host_details",
    args: (estate) => ({ host_id: spare(estate).$host }),
    answers: (answer, estate) => {
      expect(spare(estate)).toMatchObject({ device: "eth4", attached: true, carrier: false });
      const [free] = itemsOf(answer, "interfaces").filter(({ device }) => device === "eth4");
      expect(free).toMatchObject({ link: "unused" });
      expect(String(answer["problems"])).not.toContain("eth4");
    },
  },
  {
    asks: "Is there a network that not all hosts of the pool have?",
    tool: "get_health_report",
    args: { checks: ["network-not-on-host"] },
    answers: (answer, estate) => {
      const [finding] = itemsOf(answer, "findings");
      expect(itemsOf(finding ?? {}, "objects")).toMatchObject([
        { name_label: "VLAN 500 Voice", hosts: [lackingHost(estate).name_label] },
      ]);
    },
  },
  {
    asks: "Which hosts lack VLAN 500?",
    tool: "list_networks",
    args: { vlan: 500, problems_only: true },
    answers: (answer, estate) => {
      expect(problemsOf(answer)).toEqual([
        { host: lackingHost(estate).name_label, problem: "no interface on this network" },
      ]);
    },
  },
  {
    asks: "What does this host lack?",
    tool: "get_host_details",
    args: (estate) => ({ host_id: lackingHost(estate).id }),
    answers: (answer) => {
      expect(answer["problems"]).toContain("no interface on VLAN 500 Voice");
      expect(String(answer["problems"])).not.toContain("eth4");
    },
  },
  {
    asks: "What happened on this host?",
    tool: "list_events",
    args: (estate) => ({ object_id: alarmed(estate).id, kinds: ["alarm"] }),
    answers: (answer, estate) => {
      expect(aboutDomain(itemsOf(answer), estate)).toMatchObject([
        {
          what: "raised: fs_usage",
          value_percent: 95,
          object_name: `control domain of ${alarmed(estate).name_label}`,
        },
      ]);
    },
  },
  {
    asks: "Has this host's bond all of its links again?",
    tool: "list_events",
    args: (estate) => ({
      object_id: byId(estate, "message", trap(estate, "alarm-bond-over").id).$object,
      kinds: ["alarm"],
    }),
    answers: (answer, estate) => {
      const over = itemsOf(answer).filter(({ what }) => String(what).startsWith("over: "));
      const { $object, body } = byId(estate, "message", trap(estate, "alarm-bond-over").id);
      expect(over).toMatchObject([{ object_id: $object, what: `over: ${body}` }]);
    },
  },
  {
    asks: "Which alarms were raised lately?",
    tool: "get_health_report",
    args: { checks: ["recent-alarms"] },
    answers: (answer, estate) => {
      const [finding] = itemsOf(answer, "findings");
      const objects = itemsOf(finding ?? {}, "objects");
      expect(aboutDomain(objects, estate)).toMatchObject([
        { name_label: `control domain of ${alarmed(estate).name_label}`, what: "fs_usage" },
      ]);
      // A bond that has its links again is good news.
      expect(JSON.stringify(objects)).not.toContain("2/2 up");
    },
  },
  {
    asks: "What alarms has the pool?",
    tool: "get_pool_dashboard",
    args: (estate) => ({ pool_id: alarmed(estate).$pool }),
    answers: (answer, estate) => {
      const latest = itemsOf(Object(answer["alarms"]), "latest");
      expect(aboutDomain(latest, estate)).toMatchObject([
        { object_name: `control domain of ${alarmed(estate).name_label}` },
      ]);
      expect(latest.filter(({ recovery }) => recovery === true)).toHaveLength(1);
    },
  },
  {
    asks: "Which VMs are on this network, with which interface?",
    tool: "list_networks",
    args: (estate) => ({ network_id: onDmz(estate).id }),
    answers: (answer, estate) => {
      const { id } = onDmz(estate);
      const names = new Map(ofType(estate, "VM").map((one) => [one.id, one.name_label || one.id]));
      const plugs = ofType(estate, "VIF")
        .filter(({ $network, $VM }) => $network === id && names.has($VM))
        .map(({ $VM, device, MAC }) => ({ vm: names.get($VM) ?? "", interface: device, mac: MAC }));
      const [network] = itemsOf(answer);
      const shown = itemsOf(Object(network?.["vms"]), "interfaces");
      expect(Object(network?.["vms"]).total).toBe(new Set(plugs.map(({ vm }) => vm)).size);
      expect(shown).toHaveLength(Math.min(60, plugs.length));
      for (const { interface: number, mac } of shown) {
        expect(plugs).toContainEqual(expect.objectContaining({ interface: number, mac }));
      }
    },
  },
  {
    asks: "How slow are this host's disks?",
    tool: "get_stats",
    args: (estate) => ({ object_id: alarmed(estate).id, metrics: ["latency"] }),
    answers: (answer) => {
      expect(answer["metrics"]).toEqual([]);
      expect(warningsOf(answer)).toContain("A host has no latency of its own");
    },
  },
  {
    asks: "When do all certificates end?",
    tool: "get_update_status",
    args: { within_days: 36_500 },
    answers: (answer, estate) => {
      const certificates = itemsOf(answer, "endings").filter(({ what }) => what === "certificate");
      expect(certificates).toHaveLength(
        ofType(estate, "host").flatMap((host) => host.certificates).length,
      );
    },
  },
]);

const port = (estate: Estate, is: (pif: PifRecord) => boolean): PifRecord => {
  const found = ofType(estate, "PIF").find(is);
  if (found === undefined) throw new Error("no such interface");
  return found;
};

ask(
  [
    {
      asks: "Where is a cable missing that the other hosts have?",
      tool: "list_networks",
      args: { problems_only: true },
      answers: (answer, estate) => {
        const lost = port(
          estate,
          ({ device, attached, carrier }) => device === "eth4" && attached && !carrier,
        );
        expect(problemsOf(answer).filter(({ device }) => device === "eth4")).toEqual([
          {
            host: byId(estate, "host", lost.$host).name_label,
            device: "eth4",
            problem: "no link",
          },
        ]);
      },
    },
  ],
  ["one-cable-missing"],
);

ask(
  [
    {
      asks: "Is any bond degraded or down?",
      tool: "get_health_report",
      args: { checks: ["bond-degraded"] },
      answers: (answer) => expect(answer["findings"]).toEqual([]),
    },
    {
      asks: "Has this bond a link?",
      tool: "get_host_details",
      args: (estate) => ({
        host_id: port(
          estate,
          (pif) => pif.isBondMaster && byId(estate, "host", pif.$host).power_state === "Running",
        ).$host,
      }),
      answers: (answer) => {
        const bonds = itemsOf(answer, "interfaces").filter(({ kind }) => kind === "bond");
        expect(bonds).toMatchObject([{ link: "up", ports: 2, ports_up: 2 }]);
        expect(bonds[0]).not.toHaveProperty("problem");
      },
    },
  ],
  ["bonds-without-own-carrier"],
);

const notLooked = { known: false, reason: expect.stringContaining("could not look at any host") };

ask(
  [
    {
      asks: "Which patches are missing?",
      tool: "get_update_status",
      answers: (answer) => {
        for (const pool of itemsOf(answer, "pools")) {
          expect(pool).toMatchObject({ missing_patches: notLooked });
        }
      },
    },
    {
      asks: "Which patches does this host lack?",
      tool: "get_host_details",
      args: (estate) => ({ host_id: alarmed(estate).id }),
      answers: (answer) => expect(answer).toMatchObject({ missing_patches: notLooked }),
    },
    {
      asks: "Which patches does this pool lack?",
      tool: "get_pool_dashboard",
      args: (estate) => ({ pool_id: alarmed(estate).$pool }),
      answers: (answer) => expect(answer).toMatchObject({ missing_patches: notLooked }),
    },
  ],
  ["patches-not-looked-at"],
);

const vm = (estate: Estate, is: (vm: VmRecord) => boolean): VmRecord => {
  const found = ofType(estate, "VM").find(is);
  if (found === undefined) throw new Error("no such VM");
  return found;
};

const measured = (estate: Estate) =>
  vm(
    estate,
    (one) =>
      one.power_state === "Running" && one.name_label.startsWith("db-") && !!one.mainIpAddress,
  );

ask(
  [
    {
      asks: "How busy was this VM in the last two hours?",
      tool: "get_stats",
      args: (estate) => ({ object_id: measured(estate).id, metrics: ["cpu"] }),
      answers: (answer, estate) => {
        expect(warningsOf(answer)).toMatch(/clock is (?:119|120|121) minutes ahead/);
        const to = Date.parse(String(Object(answer["window"]).to));
        expect(Math.abs(to - estate.now)).toBeLessThan(5 * 60_000);
      },
    },
    {
      asks: "Which VMs used most CPU in the last two hours?",
      tool: "get_top_consumers",
      args: { metric: "cpu", period: "2h" },
      answers: (answer) => {
        expect(itemsOf(answer, "consumers").length).toBeGreaterThan(0);
        expect(warningsOf(answer)).toMatch(/moved back by up to (?:119|120|121) minutes/);
      },
    },
  ],
  ["clocks-ahead"],
);
