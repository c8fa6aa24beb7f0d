import { lostBootPaths, lostPaths, pathsText } from "../../estate/multipath.ts";
import { nameAmong } from "../../estate/name.ts";
import { defineRule } from "../rule.ts";

export const storagePathsLost = defineRule({
  id: "storage-paths-lost",
  severity: "warning",
  title: "Storages, or boot disks, that a host reaches by fewer paths than it had",
  why: "It still works; the loss of the paths that are left takes all disks there away from that host, or the host down.",
  where: "get_sr_details; look at the switch, the cable and the controller of that path.",
  needs: ["pbds", "hosts"],
  names: ["srs"],
  check({ pbds, hosts, srs }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    const srById = new Map(srs.map((sr) => [sr.id, sr]));
    const ofStorages = pbds
      .flatMap((link) => {
        const [worst, ...others] = lostPaths(link, hostById.get(link.host ?? ""));
        return worst === undefined ? [] : [{ link, worst, luns: 1 + others.length }];
      })
      .toSorted((a, b) => a.worst.up / a.worst.of - b.worst.up / b.worst.of)
      .map(({ link, worst, luns }) => ({
        id: link.SR ?? link.id,
        name_label: nameAmong(srById, link.SR) ?? "",
        $pool: hostById.get(link.host ?? "")?.$pool,
        facts: {
          host: nameAmong(hostById, link.host),
          paths: pathsText(worst),
          luns: luns > 1 ? luns : undefined,
        },
      }));
    const ofBoots = hosts.flatMap((host) => {
      const paths = lostBootPaths(host);
      return paths === undefined
        ? []
        : [{ ...host, facts: { to: "the disk it boots from", paths: pathsText(paths) } }];
    });
    return { found: [...ofBoots, ...ofStorages] };
  },
});
