import { uuidOf } from "../random.ts";
import type { Estate } from "../estate.ts";
import { byId, ofType, type PifRecord, type VmRecord } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const hostSituations = situationsOf({
  /** Guests with a part of the tools: the drivers of their kernel, an agent alone, or no word of either. */
  "partial-guest-tools": (estate) => {
    const [driversOnly, agentOnly, silent] = ordinary(estate, "Running");
    if (driversOnly === undefined || agentOnly === undefined || silent === undefined) {
      throw new Error("this estate has too few running VMs");
    }
    Object.assign(driversOnly, { managementAgentDetected: false, pvDriversVersion: undefined });
    Object.assign(agentOnly, { pvDriversDetected: false, pvDriversUpToDate: undefined });
    Object.assign(silent, {
      managementAgentDetected: undefined,
      pvDriversDetected: undefined,
      pvDriversVersion: undefined,
      pvDriversUpToDate: undefined,
    });
  },
  /** Halted VMs as a host's own storage leaves them: that host is their container. */
  "halted-on-local-storage": (estate) => {
    const [host] = ofType(estate, "host").filter(({ power_state }) => power_state === "Running");
    for (const vm of ordinary(estate, "Halted").slice(0, 2)) {
      if (vm.$pool === host?.$pool) vm.$container = host.id;
    }
  },
  /** A VM that is off still has the address that a running one was given since. */
  "old-addresses": (estate) => {
    const [off] = ordinary(estate, "Halted");
    const on = ordinary(estate, "Running").find(({ mainIpAddress }) => mainIpAddress !== undefined);
    if (off === undefined || on?.mainIpAddress === undefined) throw new Error("no such VMs");
    Object.assign(off, {
      addresses: { "0/ipv4/0": on.mainIpAddress },
      mainIpAddress: on.mainIpAddress,
    });
  },
  /** Ports that XAPI has plugged, as it does with all, and that have no cable on any host. */
  "ports-without-cable": (estate) => {
    for (const pif of ofType(estate, "PIF")) {
      if (pif.device === "eth4" && isUp(estate, pif)) Object.assign(pif, { attached: true });
    }
  },
  /** The same ports with a cable on all hosts but one. */
  "one-cable-missing": (estate) => {
    const ports = ofType(estate, "PIF").filter(
      (pif) => pif.device === "eth4" && isUp(estate, pif) && isFirst(estate, pif),
    );
    for (const [number, pif] of ports.entries()) {
      Object.assign(pif, { attached: true, carrier: number > 0, speed: number > 0 ? 10_000 : 0 });
    }
  },
  /** Every bond says that it has no carrier, with all of its ports up. */
  "bonds-without-own-carrier": (estate) => {
    for (const pif of ofType(estate, "PIF")) {
      if (!isUp(estate, pif)) continue;
      if (pif.isBondSlave) Object.assign(pif, { carrier: true, speed: 10_000, attached: true });
      if (pif.isBondMaster) Object.assign(pif, { carrier: false, speed: 0 });
    }
  },
  /** The last host of the first pool has no interface on a VLAN with VMs, nor on a network of nobody. */
  "networks-not-on-a-host": (estate) => {
    const hosts = ofType(estate, "host").filter((host) => isFirst(estate, host));
    for (const pif of ofType(estate, "PIF")) {
      const isGone = pif.vlan === 100 || pif.device === "eth4";
      if (isGone && pif.$host === hosts.at(-1)?.id) estate.objects.delete(pif.id);
    }
  },
  /** The disk of a control domain is full, and a bond has all of its links again. */
  "alarms-of-hosts": (estate) => {
    const [host] = ofType(estate, "host").filter((one) => isFirst(estate, one));
    const like = ofType(estate, "message").find(({ name }) => name === "ALARM");
    if (host === undefined || like === undefined) throw new Error("no host, or no alarm");
    const say = (name: string, $object: string, age: number, body: string) => {
      const id = uuidOf(`message/${name}/${$object}/${age}`);
      const time = Math.floor(estate.now / 1000) - age;
      estate.objects.set(id, {
        ...like,
        id,
        uuid: id,
        $pool: host.$pool,
        name,
        $object,
        body,
        time,
      });
    };
    const disk = 'value: 0.95\nconfig:\n<variable>\n<name value="fs_usage"/>\n</variable>';
    say("ALARM", host.controlDomain, 1_800, disk);
    const bond = "The status of the eth2+eth3 bond changed: 2/2 up (was 1/2)";
    say("BOND_STATUS_CHANGED", host.id, 1_700, bond);
  },
  /** XO can ask no host for its patches: none reaches a repository. */
  "patches-not-looked-at": (estate) => {
    for (const { id } of ofType(estate, "host")) estate.patchFailures.add(id);
  },
  /** All hosts stamp what they measure two hours ahead. */
  "clocks-ahead": (estate) => {
    const stats = estate.stats.bind(estate);
    estate.stats = (id, granularity) => {
      const found = stats(id, granularity);
      return { ...found, endTimestamp: found.endTimestamp + 7_200 };
    };
  },
});

function isUp(estate: Estate, { $host }: PifRecord): boolean {
  return byId(estate, "host", $host).power_state === "Running";
}

function isFirst(estate: Estate, { $pool }: { $pool: string }): boolean {
  return ofType(estate, "pool")[0]?.id === $pool;
}

/** VMs of the first pool that no replica and no template stands behind. */
function ordinary(estate: Estate, state: VmRecord["power_state"]): VmRecord[] {
  const [pool] = ofType(estate, "pool");
  return ofType(estate, "VM").filter(
    ({ power_state, $pool, blockedOperations, managementAgentDetected }) =>
      power_state === state &&
      $pool === pool?.id &&
      Object.keys(blockedOperations).length === 0 &&
      (state !== "Running" || managementAgentDetected === true),
  );
}
