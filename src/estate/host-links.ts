import type * as z from "zod";
import { say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import { type Filter, hasId } from "../xo/filter.ts";
import type { Host } from "../xo/records/host.ts";
import { Network } from "../xo/records/network.ts";
import { Pif } from "../xo/records/pif.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vif } from "../xo/records/vif.ts";
import { Vm } from "../xo/records/vm.ts";
import { describeInterfaces } from "./interfaces.ts";
import { nameOf, namesById } from "./name.ts";
import { absencesOf } from "./network-reach.ts";
import { lostPaths, pathsText, readLinks } from "./multipath.ts";
import { networksOfVms } from "./networks.ts";
import { part } from "./part.ts";
import { spaceOf, usedPercent, warnOfSpace } from "./space.ts";
import { type LinkedStorage, reachOf } from "./storage.ts";

type HostRecord = Pick<z.output<typeof Host>, "id" | "name_label" | "power_state" | "$pool">;

type Links = Pick<Context, "xo" | "warn">;

const NetworkName = Network.pick({ id: true, name_label: true, $pool: true });
const Plug = Vif.pick({ id: true, $network: true, $VM: true });

/** What of a pool's VMs its hosts are told by: asked for in one form, so that it is read once. */
const PoolVm = Vm.pick({
  id: true,
  name_label: true,
  power_state: true,
  CPUs: true,
  memory: true,
  $container: true,
  $pool: true,
  attachedPcis: true,
  $VGPUs: true,
});
const Storage = Sr.pick({
  id: true,
  name_label: true,
  SR_type: true,
  content_type: true,
  shared: true,
  inMaintenanceMode: true,
  size: true,
  physical_usage: true,
  $PBDs: true,
  $pool: true,
});

/**
 * The interfaces of a host by name of their network, with addresses and what is wrong with them, and
 * the networks in use that it has no interface on.
 */
export async function readInterfaces(
  { xo, warn }: Links,
  host: HostRecord,
  all: readonly HostRecord[],
) {
  const inPool = poolOf(host);
  const hosts = all.filter(({ $pool }) => $pool === host.$pool);
  // Whether a port should have a link shows in its VMs, and in the same port of the other hosts.
  const [found, networks, vmNetworks] = await Promise.all([
    xo.records("pifs", Pif, inPool),
    xo.records("networks", NetworkName, inPool),
    part({ signal: xo.signal, warn }, say`which networks its VMs use`, readVmNetworks(xo, host)),
  ]);
  const pifs = found.filter(({ $host }) => $host === host.id);
  const names = namesById(networks);
  const pifById = new Map(pifs.map((pif) => [pif.id, pif]));
  const absences = absencesOf(networks, found, hosts, vmNetworks);
  const absent = networks.flatMap((network) => {
    const absence = absences.get(network.id);
    const lacks = absence?.inUse === true && absence.hosts.some((other) => other.id === host.id);
    return lacks ? [nameOf(network)] : [];
  });
  const interfaces = describeInterfaces(found, hosts, vmNetworks)
    .filter(({ id }) => pifById.has(id))
    .map(({ id, host: _this, network, problem, ...described }) => {
      const pif = pifById.get(id);
      return {
        ...described,
        network: names.get(network ?? "") ?? network,
        management: pif?.management === true ? true : undefined,
        ip: pif?.ip || undefined,
        mac: pif?.mac,
        mtu: pif?.mtu,
        problem,
      };
    })
    .toSorted(
      (a, b) => a.device.localeCompare(b.device, "en", { numeric: true }) || vlan(a) - vlan(b),
    );
  return { interfaces, absent: pifs.length === 0 ? [] : absent };
}

function poolOf({ $pool }: HostRecord): Filter | undefined {
  return $pool ? hasId("$pool", $pool) : undefined;
}

/** The VMs of a host's pool. */
export function readPoolVms(xo: Context["xo"], host: HostRecord) {
  return xo.records("vms", PoolVm, poolOf(host));
}

async function readVmNetworks(xo: Context["xo"], host: HostRecord) {
  const [vifs, vms] = await Promise.all([
    xo.records("vifs", Plug, poolOf(host)),
    readPoolVms(xo, host),
  ]);
  return networksOfVms(vifs, vms);
}

const vlan = (of: { vlan: number | undefined }): number => of.vlan ?? -1;

/**
 * Its links to storage, and those it should have: each shared storage of the pool is for all hosts.
 * @param seesLinks whether the account sees all links: without that, none is told as absent
 */
export async function readStorage({ xo, warn }: Links, host: HostRecord, seesLinks: boolean) {
  const [pbds, srs] = await Promise.all([
    readLinks(xo, hasId("host", host.id)),
    xo.records("srs", Storage, poolOf(host)),
  ]);
  const srById = new Map(srs.map((sr) => [sr.id, sr]));
  const own = new Map([[host.id, host]]);
  const linksBySr = Map.groupBy(pbds, ({ SR }) => SR ?? "");
  const lostOf = (sr: LinkedStorage) =>
    reachOf(sr, linksBySr.get(sr.id) ?? [], own, seesLinks).lost.length > 0;
  const links = pbds.map((link) => {
    const [worst] = lostPaths(link, host);
    const isLost = lostOf(srById.get(link.SR ?? "") ?? { id: link.SR ?? "" });
    const problem = isLost ? "link unplugged" : worst && pathsText(worst);
    return { id: link.SR ?? undefined, plugged: link.attached ?? undefined, problem };
  });
  const missing = srs
    .filter((sr) => !linksBySr.has(sr.id) && lostOf(sr))
    .map(({ id }) => ({ id, plugged: false, problem: "shared, but not linked to this host" }));
  const shown = new Set([...links, ...missing].map(({ id }) => id));
  warnOfSpace(
    srs.filter(({ id }) => shown.has(id)),
    { warn },
  );
  return [...links, ...missing]
    .map(({ id, plugged, problem }) => {
      const sr = srById.get(id ?? "");
      // A drive is as big and as full as what is in it.
      const sized = sr?.SR_type === "udev" ? undefined : sr;
      return {
        id,
        name_label: sr?.name_label ?? id ?? "unknown",
        type: sr?.SR_type,
        shared: sr?.shared,
        plugged,
        in_maintenance: sr?.inMaintenanceMode === true ? true : undefined,
        size_bytes: sized && spaceOf(sized)?.size_bytes,
        used_percent: sized && usedPercent(sized),
        problem,
      };
    })
    .toSorted((a, b) => (a.name_label < b.name_label ? -1 : 1));
}
