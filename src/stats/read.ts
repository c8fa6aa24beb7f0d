import * as z from "zod";
import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { saidName } from "../estate/name.ts";
import type { Xo } from "../xo/client.ts";
import { path } from "../xo/path.ts";
import { allOf, type Filter, hasId, where } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Stats } from "../xo/records/stats.ts";
import { Vm } from "../xo/records/vm.ts";
import { resolveAmong } from "../xo/resolve.ts";
import type { Sample, Values } from "./series.ts";
import type { Granularity, Window } from "./window.ts";

// The fields of a VM and of a host that say whether and how they are measured.
const MeasuredVm = Vm.pick({
  id: true,
  name_label: true,
  power_state: true,
  CPUs: true,
  memory: true,
});
const MeasuredHost = Host.pick({
  id: true,
  name_label: true,
  power_state: true,
  cpus: true,
  memory: true,
});

/** What is measured: a VM or a host. */
export interface Subject {
  id: string;
  name_label: string;
  type: "VM" | "host";
  power_state: string;
  cpus: number | undefined;
  /** All that it has. */
  memory_bytes: number | undefined;
}

function vmSubject({ CPUs, memory, ...vm }: z.output<typeof MeasuredVm>): Subject {
  return {
    ...vm,
    type: "VM",
    cpus: CPUs?.number ?? undefined,
    memory_bytes: memory?.size ?? undefined,
  };
}

function hostSubject({ cpus, memory, ...host }: z.output<typeof MeasuredHost>): Subject {
  const power_state = host.power_state ?? "Unknown";
  return {
    ...host,
    type: "host",
    power_state,
    cpus: cpus?.cores ?? undefined,
    memory_bytes: memory?.size ?? undefined,
  };
}

/**
 * The VM or host that a user means.
 * @throws XoError `ambiguous` or `not_found`
 */
export async function readSubject(xo: Xo, wanted: string): Promise<Subject> {
  const { id, collection } = await resolveAmong(xo, ["vms", "hosts"], wanted);
  const [subject] = await (collection === "vms" ? readVms : readHosts)(xo, hasId("id", id));
  if (subject !== undefined) return subject;
  throw new XoError(
    "not_found",
    say`${quoted(id)} has just been removed from XO.`,
    say`Ask again by its name.`,
  );
}

/** The VMs that run, of those that a filter leaves. */
export function readRunningVms(xo: Xo, filter: Filter | undefined): Promise<Subject[]> {
  return readVms(xo, allOf(where`power_state:Running`, filter));
}

async function readVms(xo: Xo, filter: Filter | undefined): Promise<Subject[]> {
  return (await xo.records("vms", MeasuredVm, filter)).map(vmSubject);
}

/** Hosts, running or not. */
export async function readHosts(xo: Xo, filter: Filter | undefined): Promise<Subject[]> {
  return (await xo.records("hosts", MeasuredHost, filter)).map(hostSubject);
}

/**
 * Whether a host measures it now. XO answers for what does not run with an error that holds the
 * hypervisor's whole record, so it must not be asked.
 */
export function isMeasured({ type, power_state }: Subject): boolean {
  return type === "VM"
    ? power_state === "Running" || power_state === "Paused"
    : power_state !== "Halted";
}

/**
 * XO's statistics of a VM or a host, in one granularity.
 * @throws XoError
 */
export async function readStats(
  xo: Xo,
  { id, type, name_label }: Subject,
  { granularity, now }: { granularity: Granularity; now: number },
  signal?: AbortSignal,
): Promise<Dated> {
  const route = type === "VM" ? path`/vms/${id}/stats` : path`/hosts/${id}/stats`;
  try {
    return byOurClock(await xo.get(route, Stats, { granularity }, signal), now);
  } catch (error) {
    if (!(error instanceof XoError) || error.kind !== "server") throw error;
    throw new XoError(
      "server",
      say`XO could not read the statistics of the ${type} ${saidName({ id, name_label })}.`,
      say`They come from the host itself: it may be unreachable, its clock may be wrong${type === "VM" ? ", or the VM has just stopped" : ""}.`,
    );
  }
}

/** Statistics with their times by our clock. */
export interface Dated extends Stats {
  /** Seconds that the host's clock is ahead of ours, as far as its values show; 0 for none. */
  ahead: number;
}

/**
 * What a host stamps is by its own clock. Values of the future show that it is wrong: their times are
 * moved, so that "the last hour" is the last hour. Values of the past may as well be old.
 */
function byOurClock(stats: Stats, now: number): Dated {
  const { endTimestamp, interval } = stats;
  const today = now / 1000;
  if (endTimestamp - today <= interval + 300) return { ...stats, ahead: 0 };
  const end = Math.floor(today / interval) * interval;
  return { ...stats, endTimestamp: end, ahead: endTimestamp - end };
}

/** The part of a row inside a window: every value whose interval touches it. */
export function within(
  values: Values,
  { endTimestamp, interval }: Stats,
  window: Window,
): Sample[] {
  return values
    .map((value, at) => ({ time: endTimestamp - (values.length - 1 - at) * interval, value }))
    .filter(({ time }) => time > window.from && time - interval < window.to);
}

/** The window that rows really cover; the one asked for where there are none. */
export function coverage(rows: readonly Sample[][], { interval }: Stats, asked: Window): Window {
  const times = rows.flatMap((samples) => samples.map(({ time }) => time));
  if (times.length === 0) return asked;
  return { from: Math.min(...times) - interval, to: Math.max(...times) };
}
