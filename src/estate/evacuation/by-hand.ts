import { freeOf, type Measure, othersOf } from "../capacity.ts";
import { leastBytes, needBytes } from "../memory-need.ts";
import { nameOf } from "../name.ts";
import type { Fit, Piece } from "../piece.ts";
import { fit } from "../placement.ts";
import type { EvacuatedVm } from "./around.ts";
import type { Emptied, Load } from "./maintenance.ts";
import type { Obstacle } from "./obstacle.ts";
import { standstills } from "./standstill.ts";
import { isOlder } from "./versions.ts";

export type Moved = Piece & { vm: EvacuatedVm };

/** What of a host can be moved where, VM by VM. */
export interface HandPlan {
  hosts: readonly Load[];
  stuck: { vm: EvacuatedVm; obstacle: Obstacle }[];
  /** Those of the movable whose disks have to move too, and why. */
  withDisks: { vm: EvacuatedVm; obstacle: Obstacle }[];
  movable: { vm: EvacuatedVm; only: ReadonlySet<number> }[];
}

/**
 * One host that takes it is enough for a VM; it stays on none that lacks what it needs. Where
 * storage alone stands against it, it may go with its disks.
 */
export function planByHand({
  around,
  source,
  loads,
  lost,
  needs,
  targets,
  blind,
}: Emptied): HandPlan {
  const upgrading = around.pool.otherConfig?.rolling_upgrade_in_progress != null;
  const hosts = othersOf(loads, lost).filter(({ host }) => !upgrading || !isOlder(host, source));
  const plan: HandPlan = { hosts, stuck: [], withDisks: [], movable: [] };
  for (const need of needs) {
    const { vm } = need;
    const still = standstills(vm, need.usesVirtualFunction);
    const those = (takes: (host: Load["host"]) => boolean) =>
      new Set(hosts.flatMap(({ host }, at) => (blind !== undefined || takes(host) ? [at] : [])));
    const asItIs = those((host) => targets.lacks(need, host).length === 0);
    const only = asItIs.size > 0 ? asItIs : those((host) => targets.takesWithDisks(need, host));
    const lacking =
      asItIs.size > 0
        ? []
        : targets
            .obstacles(
              need,
              hosts.map(({ host }) => host),
            )
            .map((obstacle) => ({ vm, obstacle }));
    if (still.length > 0 || only.size === 0) {
      plan.stuck.push(...still.map((obstacle) => ({ vm, obstacle })), ...lacking);
    } else {
      plan.movable.push({ vm, only });
      plan.withDisks.push(...lacking);
    }
  }
  return plan;
}

/** Places the VMs that can be moved, with more pieces beside them. */
export function placeByHand(
  { hosts, movable }: HandPlan,
  measure: Measure,
  more: readonly Piece[] = [],
): Fit {
  return fit<Piece>(freeOf(hosts, measure), [...moved(movable, measure), ...more]);
}

/** The VMs that can be moved, as pieces to place. */
export function moved(movable: HandPlan["movable"], measure: Measure): Moved[] {
  return movable.map(({ vm, only }) => ({
    vm,
    only,
    name_label: nameOf(vm),
    bytes: measure === "now" ? needBytes(vm) : leastBytes(vm),
  }));
}
