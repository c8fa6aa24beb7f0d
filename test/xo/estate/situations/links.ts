import type { Estate } from "../estate.ts";
import { byId, ofType, type SrRecord } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const linkSituations = situationsOf({
  /** The last host of the first pool has no link to the SAN, and one of its storages has none at all. */
  "links-missing": (estate) => {
    const san = storageOf(estate, "SAN LUN2");
    const last = hostsOf(estate).at(-1);
    removeLinks(estate, san, (host) => host === last?.id);
    const nfs = storageOf(estate, "NFS vol2");
    removeLinks(estate, nfs, () => true);
    nfs.name_label = "NFS detached";
  },
  /** A storage that nobody uses lost its last link. */
  "unused-storage-detached": (estate) => {
    const archive = storageOf(estate, "NFS archive");
    archive.inMaintenanceMode = false;
    removeLinks(estate, archive, () => true);
  },
  /** All links to the SAN are there, and none is plugged. */
  "links-all-unplugged": (estate) => {
    const san = storageOf(estate, "SAN LUN2");
    for (const pbd of ofType(estate, "PBD")) if (pbd.SR === san.id) pbd.attached = false;
  },
  /**
   * The SAN has two LUNs. The first host has lost three of four paths to the second of them, the
   * second host two; the figures of a link that is unplugged are old.
   */
  "paths-lost": (estate) => {
    const hosts = hostsOf(estate);
    const san = storageOf(estate, "SAN LUN2");
    for (const pbd of ofType(estate, "PBD")) {
      if (pbd.SR !== san.id) continue;
      const up = pbd.host === hosts[0]?.id ? 1 : pbd.host === hosts[1]?.id ? 2 : 4;
      Object.assign(pbd, {
        device_config: { target: "192.0.2.31", SCSIid: "3600140aaaa,3600140bbbb" },
        otherConfig: {
          multipathed: "true",
          "mpath-3600140aaaa": "[4, 4]",
          // One text that says nothing.
          "mpath-3600140bbbb": pbd.host === hosts[2]?.id ? "[4" : `[${up}, 4]`,
          iscsi_sessions: String(up),
        },
      });
    }
  },
  /** The first host boots from a LUN of which one of two paths is left. */
  "boot-path-lost": (estate) => {
    const [host] = hostsOf(estate);
    Object.assign(Object(host?.["otherConfig"]), { "mpath-boot": "[1, 2]" });
  },
});

function hostsOf(estate: Estate) {
  const [pool] = ofType(estate, "pool");
  return ofType(estate, "host").filter(({ $pool }) => $pool === pool?.id);
}

/** A storage of the first pool. */
export function storageOf(estate: Estate, name: string): SrRecord {
  const [pool] = ofType(estate, "pool");
  const found = ofType(estate, "SR").find(
    ({ name_label, $pool }) => name_label === name && $pool === pool?.id,
  );
  if (found === undefined) throw new Error(`the first pool has no storage ${name}`);
  return found;
}

function removeLinks(estate: Estate, sr: SrRecord, of: (host: string) => boolean): void {
  for (const { id, host, SR } of ofType(estate, "PBD")) {
    if (SR !== sr.id || !of(host)) continue;
    estate.objects.delete(id);
    sr.$PBDs = sr.$PBDs.filter((link) => link !== id);
    const record = byId(estate, "host", host);
    record.$PBDs = record.$PBDs.filter((link) => link !== id);
  }
}
