import { freeOf, type Measure, othersOf } from "../capacity.ts";
import { leastBytes, needBytes } from "../memory-need.ts";
import type { Fit, Piece } from "../piece.ts";
import { fit } from "../placement.ts";
import { sumOf } from "../sum-of.ts";
import type { EvacuatedVm } from "./around.ts";
import type { Emptied, Load } from "./maintenance.ts";
import { groupByObstacle, named, type Obstacle } from "./obstacle.ts";
import { squeezedBy } from "./squeeze.ts";
import { standstills } from "./standstill.ts";
import { listed } from "./targets.ts";
import { isOlder } from "./versions.ts";

export type Moved = Piece & { vm: EvacuatedVm };

/** What of a host can be moved where, VM by VM. */
export interface HandPlan {
  hosts: readonly Load[];
  stuck: { vm: EvacuatedVm; obstacle: Obstacle }[];
  movable: { vm: EvacuatedVm; only: ReadonlySet<number> }[];
}

/** Names in a placement; the budget of an answer is for more than them. */
const mostNames = 90;

/** One host that takes it is enough for a VM; it stays on none that lacks what it needs. */
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
  const plan: HandPlan = { hosts, stuck: [], movable: [] };
  for (const need of needs) {
    const { vm } = need;
    const still = standstills(vm, need.usesVirtualFunction);
    const only = new Set(
      hosts.flatMap(({ host }, at) =>
        blind !== undefined || targets.lacks(need, host).length === 0 ? [at] : [],
      ),
    );
    const lacking =
      only.size > 0
        ? []
        : targets.obstacles(
            need,
            hosts.map(({ host }) => host),
          );
    if (still.length === 0 && only.size > 0) plan.movable.push({ vm, only });
    else plan.stuck.push(...[...still, ...lacking].map((obstacle) => ({ vm, obstacle })));
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

function moved(movable: HandPlan["movable"], measure: Measure): Moved[] {
  return movable.map(({ vm, only }) => ({
    vm,
    only,
    name_label: vm.name_label,
    bytes: measure === "now" ? needBytes(vm) : leastBytes(vm),
  }));
}

/** Whether an administrator can empty the host by moving one VM after the other, and onto which hosts. */
export function describeByHand(emptied: Emptied, plan: HandPlan) {
  const { lost, blind, around } = emptied;
  const { hosts, stuck, movable } = plan;
  if (lost.vms.length === 0 && blind === undefined) {
    return { verdict: "yes", reason: "no VM is on it" };
  }
  const blocked = groupByObstacle(stuck);
  const found = {
    stuck_vms: new Set(stuck.map(({ vm }) => vm.id)).size,
    stuck_by: blocked.groups.length > 0 ? blocked.groups : undefined,
    more_causes: blocked.more,
  };
  const certain = stuck.some(({ obstacle }) => obstacle.certain);
  if (blind !== undefined) {
    return certain ? { verdict: "no", ...found } : { verdict: "unknown", reason: blind, ...found };
  }
  if (hosts.length === 0) return { verdict: "no", reason: "no other host takes VMs", ...found };
  const place = (measure: Measure) => fit(freeOf(hosts, measure), moved(movable, measure));
  const now = place("now");
  const least = now.fits ? now : place("least");
  const shown = least.fits || !now.fits ? least : now;
  return {
    verdict: verdictOf({ now, least, certain, doubtful: stuck.length > 0 }),
    ...memoryOf(least),
    ...found,
    squeezed: !now.fits && least.fits ? squeezedBy(hosts, least) : undefined,
    may_go_to: countByHosts(plan),
    placement: placementOf(hosts, shown),
    older_hosts: olderOf(emptied, hosts),
    ha_may_refuse:
      around.pool.HA_enabled === true
        ? "HA may refuse a move that breaks its plan, which XO does not tell"
        : undefined,
  };
}

/** By hand XAPI compares versions while a rolling upgrade goes on alone (message_forwarding.ml). */
function olderOf({ source }: Emptied, hosts: readonly Load[]): string | undefined {
  const older = hosts.map(({ host }) => host).filter((host) => isOlder(host, source));
  return older.length === 0
    ? undefined
    : `${listed(older)}: an older version, which XAPI allows outside a rolling upgrade; it refuses VMs of newer virtual hardware`;
}

function verdictOf(of: { now: Fit; least: Fit; certain: boolean; doubtful: boolean }): string {
  const { now, least, certain, doubtful } = of;
  if (certain || least.never) return "no";
  if (!least.fits) return "no placement found";
  if (doubtful) return "unknown";
  return now.fits ? "yes" : "only by squeezing memory";
}

function memoryOf({ fits, never, left_out, room }: Fit) {
  if (fits) return {};
  const lacking = sumOf(left_out, ({ bytes }) => bytes) - sumOf(room, (left) => left);
  return {
    reason: never
      ? "too little memory on the hosts that they may go to, even at the VMs' dynamic minimum"
      : "each VM has a host and there is enough memory in all, but no placement was found",
    short_bytes: never && lacking > 0 ? lacking : undefined,
    left_out: left_out.length,
    left_out_names: left_out.slice(0, 5).map(({ name_label }) => name_label),
  };
}

/** How many VMs may go to which hosts, most of them first. */
function countByHosts({ hosts, movable }: HandPlan) {
  const groups = Map.groupBy(movable, ({ only }) => [...only].join());
  return [...groups.values()]
    .map((members) => {
      const only = members[0]?.only ?? new Set<number>();
      const open = hosts.filter((_load, at) => only.has(at)).map(({ host }) => host);
      const closed = hosts.filter((_load, at) => !only.has(at)).map(({ host }) => host);
      const on =
        closed.length === 0
          ? `all ${hosts.length} other hosts`
          : closed.length < open.length
            ? `all but ${listed(closed)}`
            : listed(open);
      return { hosts: on, vms: members.length };
    })
    .toSorted((a, b) => b.vms - a.vms)
    .slice(0, 8);
}

/** A way that holds, with names as long as there is room for them. */
function placementOf(hosts: readonly Load[], { placed, room }: Fit<Moved>) {
  const total = sumOf(placed, (pieces) => pieces.length);
  return hosts.flatMap(({ host }, at) => {
    const pieces = placed[at] ?? [];
    if (pieces.length === 0) return [];
    const names = pieces.map(({ vm }) => named(vm.name_label, vm.id)).toSorted();
    return [
      {
        host: host.name_label,
        vms: pieces.length,
        names: total > mostNames ? names.slice(0, 2) : names,
        free_bytes_after: room[at],
      },
    ];
  });
}
