import * as z from "zod";
import { say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Pci } from "../xo/records/pci.ts";
import { Pgpu } from "../xo/records/pgpu.ts";
import { Vm } from "../xo/records/vm.ts";
import { nameAmong, nameOf } from "./name.ts";
import { part } from "./part.ts";

export const DeviceHost = Host.pick({ id: true, name_label: true });
/** A VM with what of a host's devices it has. */
export const DeviceVm = Vm.pick({
  id: true,
  name_label: true,
  power_state: true,
  $pool: true,
  $container: true,
  attachedPcis: true,
  $VGPUs: true,
});

type DeviceVm = z.output<typeof DeviceVm>;
export type DeviceRecord = z.output<typeof Pci>;
type PgpuRecord = z.output<typeof Pgpu>;

/** PCI devices of one host or of all, with the GPU that a device is. */
export interface Devices {
  pcis: readonly DeviceRecord[];
  pgpus: readonly PgpuRecord[];
}

/** Devices shown of one host: those of VMs and GPUs first. */
const mostShown = 15;

export const vgpusUntold = "XO's REST API does not tell the type of a vGPU";

/** Reads devices of a pool; nothing, with a warning, where this XO or the account does not tell them. */
export async function readDevices(
  context: Pick<Context, "xo" | "signal" | "warn">,
  poolId: string | null | undefined,
): Promise<Devices | undefined> {
  const inPool = poolId ? hasId("$pool", poolId) : undefined;
  const { xo } = context;
  return part(
    context,
    say`PCI devices and GPUs`,
    Promise.all([xo.records("pcis", Pci, inPool), xo.records("pgpus", Pgpu, inPool)]).then(
      ([pcis, pgpus]) => ({ pcis, pgpus }),
    ),
  );
}

export function hasDevices({ attachedPcis, $VGPUs }: Pick<DeviceVm, "attachedPcis" | "$VGPUs">) {
  return (attachedPcis ?? []).length > 0 || ($VGPUs ?? []).length > 0;
}

/**
 * The devices that a VM has, or will have from its next start on. An address is that of every host:
 * of a VM on no host it is told for each host that has a device there.
 */
export function devicesOf(
  vm: DeviceVm,
  { pcis, pgpus }: Devices,
  hosts: readonly z.output<typeof DeviceHost>[],
) {
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  const gpuOf = new Map(pgpus.map((gpu) => [gpu.pci ?? "", gpu]));
  const own = new Set(vm.$VGPUs ?? []);
  const carriers = pgpus.filter(({ vgpus }) => (vgpus ?? []).some((id) => own.has(id)));
  const nameOfDevice = new Map(pcis.map(({ id, device_name }) => [id, device_name]));
  return {
    passed_through: addressesOf(vm).map((address) => {
      const candidates = pcis
        .filter(({ pci_id }) => pci_id === address)
        .filter(({ $host }) => !isOnHost(vm) || $host === vm.$container);
      return {
        pci_id: address,
        devices: candidates.map((pci) => ({
          name: pci.device_name,
          class: pci.class_name,
          is_gpu: gpuOf.has(pci.id) ? true : undefined,
          host: nameAmong(hostById, pci.$host),
        })),
        reason: candidates.length === 0 ? "XO shows no device at this address" : undefined,
      };
    }),
    vgpus: own.size,
    vgpus_on: carriers.map(({ pci, $host }) => ({
      gpu: nameOfDevice.get(pci ?? ""),
      host: nameAmong(hostById, $host),
    })),
    vgpu_types: own.size > 0 ? vgpusUntold : undefined,
  };
}

/** The devices of a host, each with the VMs that have it: on it now, or set to it while they are off. */
export function devicesOn(hostId: string, devices: Devices, vms: readonly DeviceVm[]) {
  const gpuOf = new Map(devices.pgpus.map((gpu) => [gpu.pci ?? "", gpu]));
  const described = devices.pcis
    .filter(({ $host }) => $host === hostId)
    .map((pci) => {
      const gpu = gpuOf.get(pci.id);
      const { used_by, set_for } = holdersOf(pci, gpu, vms);
      return {
        pci_id: pci.pci_id,
        name: pci.device_name,
        class: pci.class_name,
        used_by,
        set_for,
        is_gpu: gpu === undefined ? undefined : true,
        hidden_from_dom0: gpu && hiddenFromDom0(gpu),
        vgpus: gpu?.vgpus?.length || undefined,
      };
    })
    .toSorted(
      (a, b) =>
        Number(b.used_by !== undefined) - Number(a.used_by !== undefined) ||
        Number(b.is_gpu === true) - Number(a.is_gpu === true) ||
        ((a.pci_id ?? "") < (b.pci_id ?? "") ? -1 : 1),
    );
  return { total: described.length, shown: described.slice(0, mostShown) };
}

/** The names of those who have a device, and of those that are set to it. */
export function holdersOf(
  pci: DeviceRecord,
  gpu: PgpuRecord | undefined,
  vms: readonly DeviceVm[],
): { used_by: string[] | undefined; set_for: string[] | undefined } {
  const { using, waiting } = holdersAmong(pci, gpu, vms);
  return { used_by: namesOf(using), set_for: namesOf(waiting) };
}

/** Who has a device: VMs on its host, by its address or by a vGPU on it; and those off, set to its address. */
export function holdersAmong<V extends DeviceVm>(
  pci: DeviceRecord,
  gpu: PgpuRecord | undefined,
  vms: readonly V[],
): { using: V[]; waiting: V[] } {
  const vgpus = new Set(gpu?.vgpus ?? []);
  const wanting = vms.filter(
    (vm) => vm.$pool === pci.$pool && addressesOf(vm).includes(pci.pci_id ?? ""),
  );
  const using = vms.filter(
    (vm) =>
      (isOnHost(vm) && vm.$container === pci.$host && wanting.includes(vm)) ||
      (vm.$VGPUs ?? []).some((id) => vgpus.has(id)),
  );
  return { using, waiting: wanting.filter((vm) => !isOnHost(vm)) };
}

function namesOf(vms: readonly DeviceVm[]): string[] | undefined {
  return vms.length === 0 ? undefined : vms.map(nameOf);
}

/** Whether a GPU is kept from the control domain, as one that is passed through has to be. */
export function hiddenFromDom0({ dom0Access }: PgpuRecord): string | undefined {
  if (dom0Access === "enabled") return "no";
  if (dom0Access === "disabled") return "yes";
  if (dom0Access === "disable_on_reboot") return "from its next reboot on";
  return dom0Access === "enable_on_reboot" ? "until its next reboot" : undefined;
}

function addressesOf({ attachedPcis }: DeviceVm): string[] {
  return (attachedPcis ?? []).flatMap((address) => address ?? []);
}

/** A suspended VM has given its devices back. */
function isOnHost({ power_state }: DeviceVm): boolean {
  return power_state === "Running" || power_state === "Paused";
}
