import { freeOf, type HostLoad, type Measure, othersOf } from "../capacity.ts";
import { leastBytes, needBytes } from "../memory-need.ts";
import { nameOf } from "../name.ts";
import type { Piece } from "../piece.ts";
import { fitAsXapi } from "../placement.ts";
import { sumOf } from "../sum-of.ts";
import type { Around, EvacuatedHost, EvacuatedVm } from "./around.ts";
import type { Needs } from "./needs.ts";
import { groupByObstacle, type Obstacle } from "./obstacle.ts";
import { squeezedBy } from "./squeeze.ts";
import { standstills } from "./standstill.ts";
import { listed, Targets } from "./targets.ts";
import { isOlder, mayBeOlder } from "./versions.ts";

export type Load = HostLoad<EvacuatedHost, EvacuatedVm>;

/** A host to be emptied, in its pool. */
export interface Emptied {
  around: Around;
  source: EvacuatedHost;
  loads: readonly Load[];
  lost: Load;
  needs: readonly Needs[];
  targets: Targets;
  /** Why nothing is sure, if so. */
  blind: string | undefined;
}

/**
 * Whether XAPI empties a host by itself (host.evacuate, which XO's maintenance mode calls;
 * xapi_host.ml, compute_evacuation_plan_no_wlb): each VM must be able to run on every other enabled
 * host of no older version, and with HA on must have the priority `restart`.
 */
export function describeMaintenance(emptied: Emptied) {
  const { around, source, loads, lost, blind } = emptied;
  const others = around.hosts.filter(({ id, enabled }) => id !== source.id && enabled !== false);
  const hosts = others.filter((host) => !isOlder(host, source));
  const notes = notesOf(emptied, hosts);
  if (lost.vms.length === 0 && blind === undefined) {
    return { verdict: "yes", reason: "no VM is on it", ...notes };
  }
  const stopped = stoppedIn(emptied, hosts);
  const blocked = groupByObstacle(stopped);
  const certain = stopped.filter(({ obstacle }) => obstacle.certain);
  const found = {
    blocked_vms: new Set(stopped.map(({ vm }) => vm.id)).size,
    blocked_by: blocked.groups.length > 0 ? blocked.groups : undefined,
    more_causes: blocked.more,
    ...notes,
  };
  if (certain.length > 0) return { verdict: "no", ...found };
  if (blind !== undefined) return { verdict: "unknown", reason: blind, ...found };
  if (hosts.length === 0) {
    const reason = others.length > 0 ? `${listed(others)}: older` : "no other host takes VMs";
    return { verdict: "no", reason, ...found };
  }
  const dead = hosts.filter(({ power_state }) => power_state !== "Running");
  if (dead.length > 0) {
    const reason = `XAPI still counts on ${listed(dead)}, which does not answer: disable or repair it first`;
    return { verdict: "no", reason, ...found };
  }
  if (stopped.length > 0) {
    return { verdict: "unknown", reason: "XO does not tell what decides", ...found };
  }
  return { ...memoryOf(othersOf(loads, lost), lost, hosts), ...found };
}

/** XAPI plans by dynamic minima, and does not look for another way when its own leaves VMs out. */
function memoryOf(others: readonly Load[], lost: Load, hosts: readonly EvacuatedHost[]) {
  const ids = new Set(hosts.map(({ id }) => id));
  const open = others.filter(({ host }) => ids.has(host.id));
  const place = (measure: Measure) => {
    const pieces = lost.vms.map((vm): Piece & { vm: EvacuatedVm } => ({
      vm,
      name_label: nameOf(vm),
      bytes: measure === "now" ? needBytes(vm) : leastBytes(vm),
    }));
    return fitAsXapi(freeOf(open, measure), pieces);
  };
  const now = place("now");
  if (now.fits) return { verdict: "yes" };
  const least = place("least");
  if (least.fits) return { verdict: "only by squeezing memory", squeezed: squeezedBy(open, least) };
  const lacking = sumOf(least.left_out, ({ bytes }) => bytes) - sumOf(least.room, (left) => left);
  return {
    verdict: "no",
    reason: `too little memory ${lacking > 0 ? "" : "in one piece "}on the others, even at the VMs' dynamic minimum`,
    short_bytes: lacking > 0 ? lacking : undefined,
    left_out: least.left_out.length,
    left_out_names: least.left_out.slice(0, 5).map(({ name_label }) => name_label),
  };
}

function stoppedIn({ around, needs, targets, blind }: Emptied, hosts: readonly EvacuatedHost[]) {
  return needs.flatMap((need) => {
    const { vm } = need;
    const obstacles = [
      ...(around.pool.HA_enabled === true ? haObstacle(vm) : []),
      ...standstills(vm, need.usesVirtualFunction),
      // What is not plugged may only be hidden.
      ...(blind === undefined ? targets.obstacles(need, hosts) : []),
    ];
    return obstacles.map((obstacle) => ({ vm, obstacle }));
  });
}

function haObstacle({ high_availability }: EvacuatedVm): Obstacle[] {
  if (high_availability === "restart") return [];
  return [
    {
      why: `HA is on, and it has ${high_availability ? `the priority ${high_availability}` : "no priority"} where XAPI wants restart`,
      mend: "set its HA priority to restart, shut it down, or switch HA off for the time; moved by hand it goes",
      certain: true,
    },
  ];
}

function notesOf({ around, source }: Emptied, hosts: readonly EvacuatedHost[]) {
  const older = around.hosts.filter((host) => host.id !== source.id && isOlder(host, source));
  const doubtful = hosts.filter((host) => mayBeOlder(host, source));
  return {
    ha_may_refuse:
      around.pool.HA_enabled === true
        ? "HA may refuse: its plan counts static maxima, and XO does not tell how many failures it plans for"
        : undefined,
    older_hosts:
      older.length > 0 ? `nothing is moved to ${listed(older)}: an older version` : undefined,
    patches_differ:
      doubtful.length > 0
        ? `${listed(doubtful)}: other patches or a reboot due; XAPI moves nothing to an older xapi or Xen, which XO does not tell`
        : undefined,
  };
}
