import type * as z from "zod";
import type { Context } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import type { Host } from "../xo/records/host.ts";
import { Network } from "../xo/records/network.ts";
import { Pbd } from "../xo/records/pbd.ts";
import { Pif } from "../xo/records/pif.ts";
import { Sr } from "../xo/records/sr.ts";
import { describeInterfaces } from "./interfaces.ts";
import { spaceOf, usedPercent, warnOfSpace } from "./space.ts";
import { lostLinks } from "./storage.ts";

type HostRecord = Pick<z.output<typeof Host>, "id" | "name_label" | "power_state" | "$pool">;

type Links = Pick<Context, "xo" | "warn">;

const NetworkName = Network.pick({ id: true, name_label: true });
const Storage = Sr.pick({
  id: true,
  name_label: true,
  SR_type: true,
  content_type: true,
  shared: true,
  inMaintenanceMode: true,
  size: true,
  physical_usage: true,
  $pool: true,
});

/** A host has always some of both. */
const mayBeHidden = "the account may not see them.";

/** The interfaces of a host by name of their network, with addresses and what is wrong with them. */
export async function readInterfaces({ xo, warn }: Links, host: HostRecord) {
  const [pifs, networks] = await Promise.all([
    xo.list("pifs", Pif, hasId("$host", host.id)),
    xo.list("networks", NetworkName, host.$pool ? hasId("$pool", host.$pool) : undefined),
  ]);
  if (pifs.length === 0) warn(`No interface of ${host.name_label} was told: ${mayBeHidden}`);
  const names = new Map(networks.map(({ id, name_label }) => [id, name_label]));
  const pifById = new Map(pifs.map((pif) => [pif.id, pif]));
  return describeInterfaces(pifs, [host])
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
}

const vlan = (of: { vlan: number | undefined }): number => of.vlan ?? -1;

/** Its links to storage, and those it should have: each shared storage of the pool is for all hosts. */
export async function readStorage({ xo, warn }: Links, host: HostRecord) {
  const [pbds, srs] = await Promise.all([
    xo.list("pbds", Pbd, hasId("host", host.id)),
    xo.list("srs", Storage, host.$pool ? hasId("$pool", host.$pool) : undefined),
  ]);
  if (pbds.length === 0) warn(`No storage link of ${host.name_label} was told: ${mayBeHidden}`);
  const srById = new Map(srs.map((sr) => [sr.id, sr]));
  const own = new Map([[host.id, host]]);
  const linksBySr = Map.groupBy(pbds, ({ SR }) => SR ?? "");
  const links = pbds.map(({ SR, attached }) => {
    const sr = srById.get(SR ?? "") ?? { id: SR ?? "" };
    const lost = lostLinks(sr, linksBySr.get(sr.id) ?? [], own, true);
    const problem = lost.length === 0 ? undefined : "link unplugged";
    return { id: SR ?? undefined, plugged: attached ?? undefined, problem };
  });
  const missing = srs
    .filter((sr) => !linksBySr.has(sr.id) && lostLinks(sr, [], own, true).length > 0)
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
