import { unpluggedLinks } from "../../estate/storage.ts";
import { defineRule } from "../rule.ts";

export const storageLinkUnplugged = defineRule({
  id: "storage-link-unplugged",
  severity: "warning",
  title: "Storage that a host is not connected to",
  why: "VMs with disks there cannot start on that host or migrate to it, and HA cannot restart them there.",
  where: "get_sr_details; XO: the storage's page, Hosts.",
  needs: ["pbds", "srs", "hosts"],
  check({ pbds, srs, hosts }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    const srById = new Map(srs.map((sr) => [sr.id, sr]));
    return {
      found: unpluggedLinks(pbds, hostById).map(({ id, SR, host }) => {
        const sr = srById.get(SR ?? "");
        const name = hostById.get(host ?? "")?.name_label;
        return {
          id: SR ?? id,
          name_label: sr?.name_label ?? "",
          $pool: sr?.$pool,
          facts: { host: name ?? host, host_id: host },
        };
      }),
    };
  },
});
