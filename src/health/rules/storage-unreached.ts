import { runnersBySr } from "../../estate/storage-runners.ts";
import { unreachedStorages } from "../unreached-storages.ts";
import { defineRule } from "../rule.ts";

export const storageUnreached = defineRule({
  id: "storage-unreached",
  severity: "critical",
  title: "Storages with disks of running VMs that no host is linked to",
  why: "These VMs lose what they write or stand still, and none of them starts again; XO's figures of the storage are old.",
  where:
    "get_sr_details; XO: the storage's page, Hosts: plug the links, or attach the storage anew.",
  needs: ["srs", "pbds", "hosts", "vdis", "vms"],
  check({ vdis, vms, ...holdings }, { sees }) {
    const runners = runnersBySr(vdis, vms);
    const { unreached, unknown } = unreachedStorages(holdings, sees("pbds"));
    return {
      found: unreached.flatMap(({ sr, link }) => {
        const running = runners.get(sr.id) ?? [];
        if (running.length === 0) return [];
        const facts = { running_vms: running.length, vms: running.slice(0, 5), link };
        return [{ ...sr, facts }];
      }),
      unknown,
    };
  },
});
