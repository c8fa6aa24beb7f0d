import { controlDomainsOf } from "../../estate/control-domains.ts";
import { nameAmong, nameOf } from "../../estate/name.ts";
import { defineRule } from "../rule.ts";

export const controlDomainDisks = defineRule({
  id: "control-domain-disks",
  severity: "info",
  title: "Disks that a control domain holds",
  why: "Exports, imports, copies and backups hold disks there for as long as they take, also those of other programs; one that stays blocks its VM's start and removal.",
  where:
    "list_events for what runs; XO: Dashboard, Health, where the link can be removed once nothing uses it.",
  needs: ["vbds", "hosts"],
  names: ["vdis", "srs", "tasks", "backup-logs"],
  check({ vbds, hosts, vdis, srs, tasks, ...holdings }) {
    const hostOf = new Map(controlDomainsOf(hosts).map(({ id, host }) => [id, host]));
    const diskById = new Map(vdis.map((vdi) => [vdi.id, vdi]));
    const srById = new Map(srs.map((sr) => [sr.id, sr]));
    const running = [
      ...tasks.map(({ properties }) => properties?.name),
      ...holdings["backup-logs"]
        .filter(({ status }) => status === "pending")
        .map(({ jobName }) => jobName),
    ].flatMap((name) => name ?? []);
    return {
      found: vbds.flatMap(({ id, VDI, VM, attached }) => {
        const host = hostOf.get(VM ?? "");
        if (!VDI || host === undefined) return [];
        const disk = diskById.get(VDI);
        const facts = {
          host: nameOf(host),
          storage: disk && nameAmong(srById, disk.$SR),
          plugged: attached,
          perhaps_used_by: running.length === 0 ? undefined : running.slice(0, 3),
          link_id: id,
        };
        return [
          {
            id: VDI,
            name_label: disk?.name_label ?? "the snapshot of a disk",
            $pool: host.$pool,
            facts,
          },
        ];
      }),
    };
  },
});
