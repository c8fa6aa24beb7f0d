import { freeOf, type Measure } from "../capacity.ts";
import { nameOf } from "../name.ts";
import { fit } from "../placement.ts";
import type { Fit } from "../piece.ts";
import { sumOf } from "../sum-of.ts";
import { type HandPlan, type Moved, moved } from "./by-hand.ts";
import type { Emptied, Load } from "./maintenance.ts";
import { groupByObstacle, shownName } from "./obstacle.ts";
import { squeezedBy } from "./squeeze.ts";
import { listed } from "./targets.ts";
import { isOlder } from "./versions.ts";

/** Names in a placement; the budget of an answer is for more than them. */
const mostNames = 90;

/** Whether an administrator can empty the host by moving one VM after the other, and onto which hosts. */
export function describeByHand(emptied: Emptied, plan: HandPlan) {
  const { lost, blind, around } = emptied;
  const { hosts, stuck, movable, withDisks } = plan;
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
    verdict: verdictOf({ now, least, certain, doubtful: stuck.length > 0, withDisks }),
    ...memoryOf(least),
    ...found,
    with_disks: describeWithDisks(withDisks),
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

/** What XAPI asks of storages is told by REST in part (xapi_vm_migrate.ml, assert_can_migrate). */
function describeWithDisks(withDisks: HandPlan["withDisks"]) {
  if (withDisks.length === 0) return undefined;
  return {
    vms: new Set(withDisks.map(({ vm }) => vm.id)).size,
    because: groupByObstacle(withDisks).groups.map(({ why, names }) => ({ why, names })),
    not_checked: "room on the storage they go to; XAPI refuses disks with changed block tracking",
  };
}

/** By hand XAPI compares versions while a rolling upgrade goes on alone (message_forwarding.ml). */
function olderOf({ source }: Emptied, hosts: readonly Load[]): string | undefined {
  const older = hosts.map(({ host }) => host).filter((host) => isOlder(host, source));
  return older.length === 0
    ? undefined
    : `${listed(older)}: an older version, which XAPI allows outside a rolling upgrade; it refuses VMs of newer virtual hardware`;
}

function verdictOf(of: {
  now: Fit;
  least: Fit;
  certain: boolean;
  doubtful: boolean;
  withDisks: HandPlan["withDisks"];
}): string {
  const { now, least, certain, doubtful, withDisks } = of;
  if (certain || least.never) return "no";
  if (!least.fits) return "no placement found";
  if (doubtful) return "unknown";
  const only = [
    ...(withDisks.length > 0 ? ["moving disks"] : []),
    ...(now.fits ? [] : ["squeezing memory"]),
  ];
  return only.length === 0 ? "yes" : `only by ${only.join(" and ")}`;
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
    const names = pieces.map(({ vm }) => shownName(vm)).toSorted();
    return [
      {
        host: nameOf(host),
        vms: pieces.length,
        names: total > mostNames ? names.slice(0, 2) : names,
        free_bytes_after: room[at],
      },
    ];
  });
}
