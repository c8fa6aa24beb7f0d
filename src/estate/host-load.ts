import type * as z from "zod";
import { say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import type { Host } from "../xo/records/host.ts";
import { Vm } from "../xo/records/vm.ts";
import { loadOf, memoryOf, roundingWords } from "./capacity.ts";
import { readPoolVms } from "./host-links.ts";
import { saidName } from "./name.ts";
import { hostOf } from "./residence.ts";
import { lastWord } from "./stranded.ts";

type HostRecord = Pick<
  z.output<typeof Host>,
  "id" | "name_label" | "power_state" | "enabled" | "cpus" | "memory" | "controlDomain" | "$pool"
>;

const ControlDomain = Vm.pick({ id: true, name_label: true, memory: true });

/** The largest are named. */
const mostVms = 20;

/** What is told of its VMs together: known if all that are on it are shown. */
export const ofVms = [
  "vms",
  "resident_vms",
  "cpus.committed",
  "cpus.free",
  "cpus.vcpus_per_cpu",
  "memory.vms_bytes",
  "memory.free_bytes",
];

/** What is on the host, and what is left of it. The control domain is no VM, but takes memory. */
export async function readLoad({ xo, warn }: Pick<Context, "xo" | "warn">, host: HostRecord) {
  const [read, controllers] = await Promise.all([
    readPoolVms(xo, host),
    xo.records("vm-controllers", ControlDomain, hasId("$container", host.id)),
  ]);
  const vms = read.filter((vm) => hostOf(vm) === host.id);
  const seen = { shown: vms, controllers };
  const [load] = loadOf([host], vms);
  if (load === undefined) {
    warn(say`${saidName(host)} does not run: its memory, links and patches are unknown.`);
    const cpus = { logical: host.cpus?.cores };
    const facts = {
      cpus,
      memory: undefined,
      vms: { total: vms.length, state: vms.length > 0 ? lastWord : undefined },
      resident_vms: describeResidents(vms, warn),
    };
    return { facts, ...seen };
  }
  const count = (state: string) => load.vms.filter((vm) => vm.power_state === state).length;
  const facts = {
    cpus: {
      logical: load.cpus,
      committed: load.vcpus,
      free: Math.max(0, load.cpus - load.vcpus),
      vcpus_per_cpu: load.cpus > 0 ? Math.round((load.vcpus / load.cpus) * 100) / 100 : undefined,
    },
    memory: {
      total_bytes: load.total_bytes,
      used_bytes: host.memory?.usage,
      vms_bytes: load.vms_bytes,
      control_domain_bytes: controllers.find(({ id }) => id === host.controlDomain)?.memory?.size,
      free_bytes: load.free_bytes,
      rounding: roundingWords([load]),
    },
    vms: { total: load.vms.length, running: count("Running"), paused: count("Paused") },
    resident_vms: describeResidents(load.vms, warn),
  };
  return { facts, ...seen };
}

/** The VMs on it, biggest first. */
function describeResidents(vms: Awaited<ReturnType<typeof readPoolVms>>, warn: Context["warn"]) {
  const left = vms.length - mostVms;
  if (left > 0) warn(say`The ${left} smallest VMs are not named: list_vms with host_id names all.`);
  return vms
    .toSorted((a, b) => memoryOf(b) - memoryOf(a) || (a.name_label < b.name_label ? -1 : 1))
    .slice(0, mostVms)
    .map(({ name_label, power_state, CPUs, memory }) => ({
      name_label,
      power_state: power_state === "Running" ? undefined : power_state,
      vcpus: CPUs?.number,
      memory_bytes: memory?.size,
    }));
}
