import {
  cpusOf,
  fitWithout,
  freeOf,
  type HostLoad,
  hostsWith,
  isResident,
  type Measure,
  memoryOf,
  othersOf,
  roundingWords,
  type VmSize,
} from "./capacity.ts";
import { overheadBytes, sparedBytes } from "./memory-need.ts";
import type { Fit, Piece } from "./piece.ts";
import { fit } from "./placement.ts";
import { waitingPieces } from "./stranded.ts";
import { sumOf } from "./sum-of.ts";

const mostNames = 3;

/** What is asked of the reserves of a pool. */
export interface Question {
  max_vcpus_per_cpu: number;
  /** VMs that there are not yet, all alike. */
  extra?: { count: number; cpus: number; bytes: number } | undefined;
  /** VMs of hosts that do not answer: they need room elsewhere too. */
  waiting?: readonly VmSize[];
}

/** What a pool has, what is promised of it, and what is free on hosts that take VMs. */
export function commitments(loads: readonly HostLoad[], vms: readonly VmSize[]) {
  const usable = loads.filter((load) => load.usable);
  const off = vms.filter((vm) => !isResident(vm));
  const cpus = sumOf(usable, (load) => load.cpus);
  const vcpus = sumOf(loads, (load) => load.vcpus);
  return {
    cpus: {
      logical: cpus,
      vcpus_running: vcpus,
      vcpus_not_running: sumOf(off, cpusOf),
      vcpus_per_cpu: ratio(vcpus, cpus),
    },
    memory: {
      total_bytes: sumOf(usable, (load) => load.total_bytes),
      system_bytes: sumOf(usable, (load) => load.system_bytes),
      vms_bytes: sumOf(usable, (load) => load.vms_bytes),
      free_bytes: sumOf(usable, (load) => load.free_bytes),
      largest_free_bytes: Math.max(0, ...usable.map((load) => load.free_bytes)),
      not_running_vms_bytes: sumOf(off, memoryOf),
      rounding: roundingWords(usable),
    },
  };
}

/** What becomes of a pool's memory and CPUs when a host is lost and its VMs start elsewhere. */
export function describeLoss(loads: readonly HostLoad[], lost: HostLoad, question: Question) {
  const others = othersOf(loads, lost);
  const waiting = waitingPieces(question.waiting ?? [], others);
  const found = fitWithout(loads, lost, waiting);
  return {
    ...verdict(found, others, () => fitWithout(loads, lost, waiting, "least")),
    vms_to_move: lost.vms.length,
    vms_to_move_bytes: lost.vms_bytes,
    with_vms_of_silent_hosts: waiting.length || undefined,
    free_bytes: sumOf(found.room, (bytes) => bytes),
    largest_free_bytes: Math.max(0, ...found.room),
    ...cpuLoad(loads, others, 0, question),
  };
}

/**
 * Whether the new VMs fit, now and when a host is lost after that.
 * @param moved where the VMs of that host go, with these pieces beside them, when not just anywhere
 */
export function describeExtra(
  loads: readonly HostLoad[],
  lost: HostLoad | undefined,
  question: Question,
  moved?: (pieces: readonly Piece[], measure: Measure) => Fit,
) {
  const { extra } = question;
  if (extra === undefined) return undefined;
  const need = extra.bytes + overheadOfNew(extra);
  const piecesOn = (hosts: readonly HostLoad[]): Piece[] =>
    Array.from({ length: extra.count }, () => ({
      name_label: "a new VM",
      bytes: need,
      only: hostsWith(extra.cpus, hosts),
    }));
  const vcpus = extra.count * extra.cpus;
  const usable = loads.filter((load) => load.usable);
  const describe = (
    hosts: readonly HostLoad[],
    room: readonly number[],
    place: (pieces: Piece[], measure: Measure) => Fit,
  ) => {
    const wide = hostsWith(extra.cpus, hosts);
    const reason = "no host has so many CPUs";
    const possible = wide === undefined || wide.size > 0;
    const byMemory = sumOf([...room.keys()], (at) =>
      wide === undefined || wide.has(at) ? Math.floor((room[at] ?? 0) / need) : 0,
    );
    const byCpus = roomForCpus(loads, hosts, extra.cpus, question);
    const found = possible ? place(piecesOn(hosts), "now") : undefined;
    return {
      ...(found === undefined
        ? { fits: false, reason }
        : {
            ...verdict(found, hosts, () => place(piecesOn(hosts), "least")),
            // They are named where the host's loss itself is told.
            left_out_names: undefined,
          }),
      room_for: Math.min(byMemory, byCpus),
      room_limited_by: byCpus < byMemory ? "vcpus_per_cpu" : "memory",
      ...cpuLoad(loads, hosts, vcpus, question),
    };
  };
  const others = lost && othersOf(loads, lost);
  const placeMoved =
    moved ??
    ((pieces: readonly Piece[], measure: Measure) => without(loads, lost, pieces, measure));
  const waitingOn = (hosts: readonly HostLoad[]) => waitingPieces(question.waiting ?? [], hosts);
  const left = others && placeMoved(waitingOn(others), "now");
  return {
    count: extra.count,
    cpus_each: extra.cpus,
    memory_each_bytes: extra.bytes,
    overhead_each_bytes: need - extra.bytes,
    now: describe(usable, fit(freeOf(usable, "now"), waitingOn(usable)).room, (pieces, measure) =>
      fit(freeOf(usable, measure), [...waitingOn(usable), ...pieces]),
    ),
    without_host:
      others &&
      left &&
      describe(others, left.fits ? left.room : [], (pieces, measure) =>
        placeMoved([...waitingOn(others), ...pieces], measure),
      ),
  };
}

function without(
  loads: readonly HostLoad[],
  lost: HostLoad | undefined,
  pieces: readonly Piece[],
  measure: Measure,
): Fit {
  return lost === undefined
    ? fit(freeOf(loads, measure), pieces)
    : fitWithout(loads, lost, pieces, measure);
}

function overheadOfNew({ cpus, bytes }: { cpus: number; bytes: number }): number {
  return overheadBytes({ CPUs: { max: cpus }, memory: { static: [0, bytes] } });
}

/** How many more VMs the hosts' processors carry before the threshold is passed. */
function roomForCpus(
  loads: readonly HostLoad[],
  left: readonly HostLoad[],
  cpus: number,
  { max_vcpus_per_cpu }: Question,
): number {
  const carried = max_vcpus_per_cpu * sumOf(left, (load) => load.cpus);
  return Math.max(0, Math.floor((carried - sumOf(loads, (load) => load.vcpus)) / cpus));
}

function cpuLoad(
  loads: readonly HostLoad[],
  left: readonly HostLoad[],
  moreVcpus: number,
  { max_vcpus_per_cpu }: Question,
) {
  const vcpus = sumOf(loads, (load) => load.vcpus) + moreVcpus;
  const vcpus_per_cpu = ratio(
    vcpus,
    sumOf(left, (load) => load.cpus),
  );
  return {
    vcpus_per_cpu,
    cpus_ok: vcpus_per_cpu === undefined ? undefined : vcpus_per_cpu <= max_vcpus_per_cpu,
  };
}

function ratio(vcpus: number, cpus: number): number | undefined {
  return cpus === 0 ? undefined : Math.round((vcpus / cpus) * 100) / 100;
}

function verdict(found: Fit, hosts: readonly HostLoad[], squeezed: () => Fit) {
  const { fits, left_out, room } = found;
  if (fits) return { fits };
  if (hosts.length === 0) return { fits, reason: "no other host takes VMs" };
  const spared = sumOf(hosts, ({ vms }) => sumOf(vms, sparedBytes));
  const lacking = sumOf(left_out, ({ bytes }) => bytes) - sumOf(room, (bytes) => bytes);
  const least = squeezed().fits;
  return {
    // What was only not found is no "no".
    fits: found.never ? fits : undefined,
    reason: reasonOf(found, lacking),
    short_bytes: lacking > 0 ? lacking : undefined,
    left_out: left_out.length,
    left_out_names: left_out.slice(0, mostNames).map(({ name_label }) => name_label),
    fits_at_dynamic_minimum: least || spared > 0 ? least : undefined,
  };
}

function reasonOf({ never }: Fit, lacking: number): string {
  if (lacking > 0) return "too little memory";
  return never
    ? "enough memory in all, but on no host in one piece: moving other VMs may help"
    : "no placement found, although there is enough memory in all: moving other VMs may help";
}
