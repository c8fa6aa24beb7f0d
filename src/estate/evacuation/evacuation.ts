import { loadOf } from "../capacity.ts";
import type { Around } from "./around.ts";
import { planByHand } from "./by-hand.ts";
import { describeByHand } from "./describe-by-hand.ts";
import { describeMaintenance, type Emptied } from "./maintenance.ts";
import { needsOf } from "./needs.ts";
import { Targets } from "./targets.ts";

/** What decides too, and XO's REST API does not tell. */
const notChecked = [
  "USB devices",
  "CPU features of VMs that started before the weakest host joined",
  "VM groups",
  "patches of hosts of equal version",
  "types of vGPUs",
  "flags that forbid migration",
];

/** Whether a host can be taken down, in both ways; nothing for one that does not run. */
export function evacuationOf(around: Around, hostId: string, blind: string | undefined) {
  const loads = loadOf(around.hosts, around.vms);
  const lost = loads.find(({ host }) => host.id === hostId);
  if (lost === undefined) return undefined;
  const emptied: Emptied = {
    around,
    source: lost.host,
    loads,
    lost,
    needs: needsOf(lost.vms, around),
    targets: new Targets(around, lost.host),
    blind,
  };
  const plan = planByHand(emptied);
  const { pool } = around;
  return {
    plan,
    answer: {
      is_master: pool.master ? pool.master === hostId : undefined,
      master:
        pool.master === hostId
          ? `While the pool's master is down nothing in the pool can be started, stopped, moved or backed up; running VMs go on. Make another host master first${pool.HA_enabled === true ? ", or let HA choose one" : ""}.`
          : undefined,
      maintenance_mode: describeMaintenance(emptied),
      by_hand: describeByHand(emptied, plan),
      not_checked: notChecked,
    },
  };
}
