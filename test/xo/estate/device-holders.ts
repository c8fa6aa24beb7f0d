import { uuidOf } from "./random.ts";
import { isType, type VmRecord } from "./records.ts";
import type { TrapName } from "./traps.ts";
import type { World } from "./world.ts";
import { addPci } from "./records/pci.ts";
import { addGpu } from "./records/pgpu.ts";

const ACCELERATOR = "3D controller";

/**
 * Gives VMs devices of their hosts: one has a GPU passed through, which a halted one is set to as
 * well, another has a vGPU. REST has no records of vGPUs, only their ids at both ends.
 */
export function addDeviceHolders(world: World): void {
  const owner = residentOf(world, "hot-add-vm");
  if (owner !== undefined) {
    const { vm, host } = owner;
    const pci = addPci(world, host, 5, ACCELERATOR, "A16 Compute Accelerator");
    addGpu(world, host, pci, { dom0Access: "disabled" });
    vm["attachedPcis"] = [pci.pci_id];
    world.trap("passed-gpu", pci.id);
    const halted = world.trapVms.get("halted-vm");
    if (halted !== undefined) halted["attachedPcis"] = [pci.pci_id];
  }
  const sharer = residentOf(world, "biggest-vm");
  if (sharer !== undefined) {
    const { vm, host } = sharer;
    const vgpu = uuidOf(`VGPU/${vm.id}`);
    const pci = addPci(world, host, 6, ACCELERATOR, "L4 Shared Accelerator");
    addGpu(world, host, pci, { vgpus: [vgpu] });
    Object.assign(vm, { VGPUs: [vgpu], $VGPUs: [vgpu] });
    world.trap("shared-gpu", pci.id);
  }
}

function residentOf(world: World, trap: TrapName) {
  const vm: VmRecord | undefined = world.trapVms.get(trap);
  const host = vm && world.objects.get(vm.$container);
  return vm !== undefined && isType(host, "host") ? { vm, host } : undefined;
}
