import { unpluggedLinks } from "../../estate/storage.ts";
import { countOf, defineRule } from "../rule.ts";

export const storageLinkUnplugged = defineRule({
  id: "storage-link-unplugged",
  severity: "warning",
  title: "Storage that a host is not connected to",
  why: "VMs with disks there cannot start on that host or migrate to it, and HA cannot restart them there.",
  where: "get_sr_details; XO: the storage's page, Hosts.",
  needs: ["pbds", "hosts"],
  names: ["srs"],
  check({ pbds, srs, hosts }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    const srById = new Map(srs.map((sr) => [sr.id, sr]));
    const lost = unpluggedLinks(pbds, hostById);
    const known = lost.flatMap((link) => {
      const host = hostById.get(link.host ?? "");
      return host === undefined ? [] : [{ ...link, host }];
    });
    return {
      found: known.map(({ id, SR, host }) => ({
        id: SR ?? id,
        name_label: srById.get(SR ?? "")?.name_label ?? "",
        $pool: host.$pool,
        facts: { host: host.name_label, host_id: host.id },
      })),
      // It may be one that is down.
      unknown: countOf(lost.length - known.length, "link", "of a host that is not seen"),
    };
  },
});
