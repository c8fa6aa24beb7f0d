import { readLinks } from "../../estate/multipath.ts";
import { vmsByStorage } from "../../estate/owners.ts";
import { promisedKeys, promisesOf } from "../../estate/promised.ts";
import { linkedKeys, PoolStorage, reachOf } from "../../estate/storage.ts";
import { Host } from "../../xo/records/host.ts";
import { Pbd } from "../../xo/records/pbd.ts";
import { Sr } from "../../xo/records/sr.ts";
import { Vdi } from "../../xo/records/vdi.ts";
import { Vm } from "../../xo/records/vm.ts";
import { fact } from "../fact.ts";

const Sized = Vdi.pick({ id: true, size: true, $SR: true });
const Held = Vdi.pick({ id: true, $SR: true, $VBDs: true });
const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });
const HostState = Host.pick({ id: true, power_state: true, $pool: true });
const Link = Pbd.pick({ id: true, host: true, SR: true, attached: true });

/** What each storage has promised to disks and snapshots. */
export const promises = fact(["vdis", "vdi-snapshots"], async (context) => {
  const { xo } = context;
  const [srs, vdis] = await Promise.all([
    xo.records("srs", Sr, undefined, promisedKeys),
    xo.records("vdis", Sized),
  ]);
  return promisesOf(context, srs, vdis);
});

/** How many VMs have something on each storage; of those that are not all seen, none is known. */
export const vmsOnStorages = fact(["vdis", "vms"], async ({ xo, sight }) => {
  const [vdis, vms, seen] = await Promise.all([
    xo.records("vdis", Held),
    xo.records("vms", Holder),
    sight(),
  ]);
  const found = vmsByStorage(vdis, vms);
  const isWhole = seen.whole("vdis") && seen.whole("vms");
  return (id: string) => (isWhole ? (found.get(id)?.size ?? 0) : undefined);
});

/** How the hosts reach each storage, and whether the account sees enough to count what is lost. */
export const reaches = fact(["pbds", "hosts"], async ({ xo, sight }) => {
  const [srs, links, hosts, seen] = await Promise.all([
    xo.records("srs", Sr, undefined, linkedKeys),
    xo.records("pbds", Link),
    xo.records("hosts", HostState),
    sight(),
  ]);
  const linksBySr = Map.groupBy(links, ({ SR }) => SR);
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  const seesLinks = seen.whole("pbds");
  return {
    isWhole: seesLinks && seen.whole("hosts"),
    bySr: new Map(
      srs.map((sr) => [sr.id, reachOf(sr, linksBySr.get(sr.id) ?? [], hostById, seesLinks)]),
    ),
  };
});

/** The storage that each pool names for its own ends. */
export const poolStorages = fact(["pools"], async ({ xo }) => {
  const pools = await xo.records("pools", PoolStorage);
  return new Map(pools.map((pool) => [pool.id, pool]));
});

/** The links with their paths, and the hosts whose they are. */
export const linkPaths = fact(["hosts"], async ({ xo }) => {
  const [links, hosts] = await Promise.all([readLinks(xo), xo.records("hosts", HostState)]);
  return {
    links: new Map(links.map((link) => [link.id, link])),
    hosts: new Map(hosts.map((host) => [host.id, host])),
  };
});
