import { nameOf } from "../../estate/name.ts";
import { isDetached } from "../../estate/space.ts";
import { reachOf } from "../../estate/storage.ts";
import { runnersBySr } from "../../estate/storage-runners.ts";
import { countOf, defineRule } from "../rule.ts";
import { unreachedStorages } from "../unreached-storages.ts";

export const storageLinkUnplugged = defineRule({
  id: "storage-link-unplugged",
  severity: "warning",
  title: "Storage that a host is not connected to",
  why: "VMs with disks there cannot start on that host or migrate to it, and HA cannot restart them there.",
  where: "get_sr_details; XO: the storage's page, Hosts.",
  needs: ["pbds", "hosts", "srs"],
  names: ["vdis", "vms"],
  check({ pbds, srs, hosts, vdis, vms }, { sees }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    const linksBySr = Map.groupBy(pbds, ({ SR }) => SR ?? "");
    // Those with running VMs are worse, and storage-unreached has them.
    const runners = runnersBySr(vdis, vms);
    const { unreached } = unreachedStorages({ pbds, srs, hosts }, sees("pbds"));
    const elsewhere = new Set(unreached.map(({ sr }) => sr.id).filter((id) => runners.has(id)));
    const judged = srs.filter(({ id }) => !elsewhere.has(id));
    const detached = judged.filter(
      (sr) => isDetached(sr) && unreached.some((one) => one.sr === sr),
    );
    const lost = judged
      .filter((sr) => !isDetached(sr))
      .flatMap((sr) =>
        reachOf(sr, linksBySr.get(sr.id) ?? [], hostById, sees("pbds")).lost.map((link) => ({
          ...link,
          sr,
        })),
      );
    const known = lost.flatMap(({ sr, link, ...rest }) => {
      const host = hostById.get(rest.host);
      return host === undefined ? [] : [{ sr, link, host }];
    });
    const seen = new Set(srs.map(({ id }) => id));
    const unseen = pbds.filter(({ SR, attached }) => attached === false && !seen.has(SR ?? ""));
    const unknown = [
      // It may be one that is down.
      countOf(lost.length - known.length, "link", "of a host that is not seen"),
      // It may be in maintenance.
      countOf(unseen.length, "link", "to a storage that is not seen"),
    ].filter((reason) => reason !== undefined);
    return {
      found: [
        ...detached.map((sr) => ({ ...sr, facts: { host: "no host", link: "there is none" } })),
        ...known.map(({ sr, link, host }) => ({
          ...sr,
          facts: {
            host: nameOf(host),
            host_id: host.id,
            link: link === "none" ? "there is none" : undefined,
          },
        })),
      ],
      unknown: unknown.length === 0 ? undefined : unknown.join("; "),
    };
  },
});
