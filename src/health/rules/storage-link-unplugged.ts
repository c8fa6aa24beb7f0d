import { lostLinks } from "../../estate/storage.ts";
import { countOf, defineRule } from "../rule.ts";

export const storageLinkUnplugged = defineRule({
  id: "storage-link-unplugged",
  severity: "warning",
  title: "Storage that a host is not connected to",
  why: "VMs with disks there cannot start on that host or migrate to it, and HA cannot restart them there.",
  where: "get_sr_details; XO: the storage's page, Hosts.",
  needs: ["pbds", "hosts", "srs"],
  check({ pbds, srs, hosts }, { sees }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    const linksBySr = Map.groupBy(pbds, ({ SR }) => SR ?? "");
    const lost = srs.flatMap((sr) =>
      lostLinks(sr, linksBySr.get(sr.id) ?? [], hostById, sees("pbds")).map((link) => ({
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
      found: known.map(({ sr, link, host }) => ({
        ...sr,
        facts: {
          host: host.name_label,
          host_id: host.id,
          link: link === "none" ? "there is none" : undefined,
        },
      })),
      unknown: unknown.length === 0 ? undefined : unknown.join("; "),
    };
  },
});
