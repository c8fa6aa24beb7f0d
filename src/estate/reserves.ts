import {
  cpusOf,
  type Fit,
  fit,
  fitWithout,
  type HostLoad,
  isResident,
  memoryOf,
  othersOf,
  type Piece,
  type VmSize,
} from "./capacity.ts";
import { sumOf } from "./sum-of.ts";

/** What is asked of the reserves of a pool. */
export interface Question {
  max_vcpus_per_cpu: number;
  /** VMs that there are not yet, all alike. */
  extra?: { count: number; cpus: number; bytes: number } | undefined;
  /** Whether all VMs are seen: if not, what seems to fit may not. */
  seesVms: boolean;
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
    },
  };
}

/** What becomes of a pool when a host is lost. */
export function describeLoss(loads: readonly HostLoad[], lost: HostLoad, question: Question) {
  const others = othersOf(loads, lost);
  const found = fitWithout(loads, lost);
  return {
    host: lost.host.name_label,
    host_id: lost.host.id,
    ...verdict(found, others.length, question),
    vms_to_move: lost.vms.length,
    vms_to_move_bytes: lost.vms_bytes,
    free_bytes: sumOf(found.room, (bytes) => bytes),
    largest_free_bytes: Math.max(0, ...found.room),
    ...cpuLoad(loads, others, 0, question),
  };
}

/** Whether the new VMs fit, now and when a host is lost after that. */
export function describeExtra(
  loads: readonly HostLoad[],
  lost: HostLoad | undefined,
  question: Question,
) {
  const { extra } = question;
  if (extra === undefined) return undefined;
  const pieces: Piece[] = Array.from({ length: extra.count }, () => ({
    name_label: "a new VM",
    bytes: extra.bytes,
  }));
  const vcpus = extra.count * extra.cpus;
  const usable = loads.filter((load) => load.usable);
  const now = usable.map(({ free_bytes }) => free_bytes);
  const describe = (hosts: readonly HostLoad[], found: Fit, room: readonly number[]) => ({
    ...(hosts.some(({ cpus }) => cpus >= extra.cpus)
      ? verdict(found, hosts.length, question)
      : { fits: false, reason: "no host has so many CPUs" }),
    room_for: sumOf(room, (left) => Math.floor(left / extra.bytes)),
    ...cpuLoad(loads, hosts, vcpus, question),
  });
  const moved = lost && fitWithout(loads, lost);
  return {
    count: extra.count,
    cpus_each: extra.cpus,
    memory_each_bytes: extra.bytes,
    now: describe(usable, fit(now, pieces), now),
    without_host:
      lost &&
      moved &&
      describe(
        othersOf(loads, lost),
        fitWithout(loads, lost, pieces),
        moved.fits ? moved.room : [],
      ),
  };
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

function verdict({ fits, left_out, room }: Fit, hosts: number, { seesVms }: Question) {
  if (fits) return seesVms ? { fits } : { reason: "unknown: this account may not see all VMs" };
  if (hosts === 0) return { fits, reason: "no other host takes VMs" };
  const lacking = sumOf(left_out, ({ bytes }) => bytes) - sumOf(room, (bytes) => bytes);
  return {
    fits,
    reason:
      lacking > 0
        ? "too little memory"
        : "enough memory in all, but on no host in one piece: moving other VMs may help",
    short_bytes: lacking > 0 ? lacking : undefined,
    left_out: left_out.length,
    left_out_names: left_out.slice(0, 5).map(({ name_label }) => name_label),
  };
}
